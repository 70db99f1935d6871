"""The ids and tokens of both servers. A world that is to happen twice in the same way gives a seed."""

from __future__ import annotations

import base64
import random
import uuid

_source: random.Random = random.SystemRandom()


def seed(value: int | None) -> None:
    """Let all that follows be drawn from this seed; None: from the machine's own chance again."""
    global _source  # noqa: PLW0603  # one source, as the module `random` has one
    _source = random.SystemRandom() if value is None else random.Random(value)


def new_id() -> str:
    """A uuid that nobody has."""
    return str(uuid.UUID(int=_source.getrandbits(128), version=4))


def token(count: int) -> str:
    """So many bytes that nobody guesses, as text for an address."""
    return base64.urlsafe_b64encode(_source.randbytes(count)).rstrip(b"=").decode()
