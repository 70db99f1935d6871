"""The program, and `python -m contaazul_sync`."""

import atexit
import gc
import sys
from io import TextIOWrapper

from contaazul_sync.cli.begin import begin

SELDOM = 100_000  # objects more than before, until Python looks for what nobody needs any more


def main() -> None:
    """Run the command line."""
    _start_light()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a letter that the terminal lacks is no reason to stop
    begin(sys.argv[1:])


def _start_light() -> None:
    """Where nothing changed, the start is nearly all that a run costs: what nobody needs is left out of it.

    httpx has a command line of its own, and loads rich and pygments for it wherever they are installed. None
    tells Python that the module is not there, as in an installation without that extra of httpx.

    What is loaded stays to the end. So Python looks through all of it seldom, not before a pass is loaded
    (65,000 objects), and never before it leaves.
    """
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    gc.set_threshold(SELDOM)
    atexit.register(gc.freeze)


if __name__ == "__main__":
    main()
