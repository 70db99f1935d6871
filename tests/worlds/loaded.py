"""What a process of the program loads, told by Python itself."""

import subprocess
import sys
from collections.abc import Mapping


def loaded_by(*command: str, env: Mapping[str, str], code: int = 0, of: str = "") -> set[str]:
    """The modules that a Python process loads, which has to end with `code`.

    `env`: without coverage, which loads what it needs. `of`: what its lines have to hold.
    """
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr[-500:]
    told = [line for line in done.stderr.splitlines() if "|" in line and of in line]
    return {line.rpartition("|")[2].strip() for line in told}
