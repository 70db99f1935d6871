"""The demo, with forks of a warm process for its commands: `python -m tests.worlds.warm_demo demo`."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

from contaazul_sync.__main__ import main
from contaazul_sync.sandbox.story import program
from tests.worlds.warm import Warm, end


class Forked(Warm):
    """A command of the demo: `python -m contaazul_sync ...` elsewhere."""

    def __init__(self, args: list[str], **options: Any) -> None:
        _python, _m, *command = args
        super().__init__(command, **options)


if __name__ == "__main__":
    forking = SimpleNamespace(**{**vars(subprocess), "Popen": Forked})
    program.subprocess = forking  # type: ignore[attr-defined,assignment]
    sys.argv[0] = "contaazul-sync"
    try:
        main()
    finally:
        end()
