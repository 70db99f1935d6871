"""The codes and tokens of the sign-in that are out, and what has become of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from contaazul_sync.sandbox.common import chance

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(slots=True)
class _Code:
    redirect_uri: str
    expires: datetime


class Sessions:
    """The codes and tokens that are out. A refresh token is good once; what it was is remembered."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.codes: dict[str, _Code] = {}
        self.access: dict[str, datetime] = {}
        self.refresh: set[str] = set()
        self.revoked: set[str] = set()

    def open_code(self, redirect_uri: str, seconds: int) -> str:
        """A fresh code for this address."""
        code = chance.token(24)
        self.codes[code] = _Code(redirect_uri, self.clock() + timedelta(seconds=seconds))
        return code

    def use_code(self, code: str, redirect_uri: str) -> bool:
        """Whether the code is good for this address; asking uses it up."""
        known = self.codes.pop(code, None)
        return known is not None and known.redirect_uri == redirect_uri and self.clock() < known.expires

    def issue(self, seconds: int) -> dict[str, object]:
        """A new pair of tokens, as the token endpoint answers it."""
        access = f"eyJhbGciOiJSUzI1NiJ9.{chance.token(24)}.sandbox"
        refresh = f"rt-{chance.token(24)}"
        self.access[access] = self.clock() + timedelta(seconds=seconds)
        self.refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "id_token": f"eyJhbGciOiJSUzI1NiJ9.{chance.token(8)}.sandbox",
            "expires_in": seconds,
            "token_type": "Bearer",
        }

    def is_live(self, authorization: str) -> bool:
        """Whether an Authorization header carries a token that still works."""
        scheme, _, token = authorization.partition(" ")
        expires = self.access.get(token)
        return scheme.lower() == "bearer" and expires is not None and self.clock() < expires

    def revoke(self) -> None:
        """End the connection: every token dies, and refreshing is refused as revoked."""
        self.revoked |= self.refresh
        self.refresh.clear()
        self.access.clear()
        self.codes.clear()
