"""Disks as they are on a bad day: full, or another user's."""

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65_534


@contextmanager
def full(room: int = 0) -> Iterator[None]:
    """No file grows beyond so many bytes: EFBIG, where a full disk says ENOSPC."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def without_rights(folder: Path) -> Iterator[Path]:
    """A copy of a folder that its owner can read and not write, where everybody can get to it."""
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    copy, root = place / "home", os.geteuid() == 0
    shutil.copytree(folder, copy)
    paths = [place, copy, *copy.iterdir()]
    for path in paths:
        path.chmod(0o500 if path == copy else 0o700)
        if root:
            os.chown(path, NOBODY, NOBODY)
    try:
        yield copy
    finally:
        copy.chmod(0o700)
        shutil.rmtree(place)


@contextmanager
def nobody() -> Iterator[None]:
    """Root, for whom no right is missing, is nobody inside; everybody else stays what they are."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
