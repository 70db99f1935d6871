"""What is not installed with the program and may be added: said the way that it was installed."""

import shlex
import sys
from pathlib import Path

from contaazul_sync.core.words import Said, quoted


def to_add(package: str) -> Said:
    """The command that adds a package beside this program: by pipx where that has installed it."""
    prefix = Path(sys.prefix)
    if "pipx" in prefix.parts:
        return quoted(f"pipx inject {prefix.name} {package}")
    return quoted(f"{shlex.quote(sys.executable)} -m pip install {package}")
