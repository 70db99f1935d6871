"""The demo: the whole job as a story, with the real program against both servers of the sandbox.

Each command runs as a process of its own (`program`), on a terminal of its own, so that what is shown is what
a shopkeeper sees. At the end every claim is checked against the two servers (`proof`); a claim that is wrong
is told, and the exit code is 1.
"""

from __future__ import annotations

import io
import signal
import sys
import tempfile
from pathlib import Path

from contaazul_sync.core.words import _
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.sandbox.story.chapters import Story
from contaazul_sync.sandbox.story.claims import Claims
from contaazul_sync.sandbox.story.from_files import StoryOfFiles
from contaazul_sync.sandbox.story.program import Program
from contaazul_sync.sandbox.story.screen import Screen
from contaazul_sync.sandbox.story.shops import FILES, KINDS, shop_of, taking


def tell(pause: float, kind: str = KINDS[0]) -> int:
    """Tell the story, `pause` seconds between the steps; returns 0, or 1 when a claim was wrong."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # A temporary directory is of mode 0700.
        with (
            tempfile.TemporaryDirectory(prefix="contaazul-sync-demo-") as home,
            Sandbox(takes_stock_at=taking(kind)) as box,
        ):
            shop, claims, screen = shop_of(kind, box), Claims(box), Screen(pause)
            program = Program(claims, screen, Path(home), shop.token)
            story = StoryOfFiles if kind == FILES else Story
            return story(claims, program, Path(home), shop).tell()
    except KeyboardInterrupt:
        told = _("The demo was stopped. Nothing of it is left.")
        sys.stderr.write(f"\n{told}\n")
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
