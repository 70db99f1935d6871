"""The two keys of the REST API, and how a request is signed with them."""

import re
from collections.abc import Generator

import httpx

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.harmless import hide_login
from contaazul_sync.core.words import _

_KEY, _SECRET = r"ck_[0-9A-Za-z]+", r"cs_[0-9A-Za-z]+"
_KEYS = re.compile(f"({_KEY}):({_SECRET})")


def is_key(text: str) -> bool:
    """Whether a text looks like the first of the two."""
    return re.fullmatch(_KEY, text) is not None


def is_secret(text: str) -> bool:
    """Whether a text looks like the second of the two."""
    return re.fullmatch(_SECRET, text) is not None


class Keys(httpx.Auth):
    """The two keys of the REST API: in the header, or in the address where the host takes the header away.

    Only over https: WooCommerce's own way for plain http (OAuth 1.0a) is not spoken.
    """

    def __init__(self, token: str) -> None:
        found = _KEYS.fullmatch(token.strip())
        if not found:
            raise ConfigError(
                _(
                    "The shop's keys are not a consumer key and a consumer secret: contaazul-sync auth"
                    " --secrets"
                )
            )
        self._key, self._secret = found[1], found[2]
        hide_login(self._key, self._secret)
        self._header = httpx.BasicAuth(self._key, self._secret)
        self._in_address = False

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign a request."""
        bare = request.url
        if not self._in_address:
            response = yield next(self._header.auth_flow(request))
            if response.status_code != 401:
                return
            del request.headers["Authorization"]
        pair = {"consumer_key": self._key, "consumer_secret": self._secret}
        request.url = bare.copy_merge_params(pair)
        try:
            response = yield request
        finally:  # also where no answer comes: the next try begins with the header again
            request.url = bare  # nobody writes the keys into a log or a message
        self._in_address = response.status_code != 401
