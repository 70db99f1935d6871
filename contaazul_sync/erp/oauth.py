"""The ERP's OAuth: the authorize address, the code, and the tokens that rotate.

Every renewal kills the former refresh token (docs/conta-azul.md), so: one renewal at a time, between
processes too; the kept tokens are read again inside the lock; the new pair is kept before it is used; a
network error deletes nothing; and a refused refresh token is remembered, so that only a person tries again.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from contaazul_sync.core.errors import ClientRefused, NotSignedIn, SignInError, SignInExpired, Unavailable
from contaazul_sync.core.harmless import hide_login
from contaazul_sync.core.words import _
from contaazul_sync.home.credentials import Secrets, Vault
from contaazul_sync.home.lock import token_lock
from contaazul_sync.net import border, line
from contaazul_sync.net.causes import why
from contaazul_sync.net.complaints import error_text
from contaazul_sync.net.stop import DEADLINE, finished
from contaazul_sync.net.transport import READ_TIMEOUT

SCOPE = "openid+profile+aws.cognito.signin.user.admin"
EARLY = timedelta(minutes=3)  # renew this long before the access token ends
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Clock = Callable[[], datetime]


def authorize_address(authorize_url: str, client_id: str, redirect_uri: str, state: str) -> str:
    """The page where the merchant confirms. Values go in raw: the ERP's page takes no percent-encoding."""
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "scope": SCOPE,
    }
    joined = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{authorize_url}{'&' if '?' in authorize_url else '?'}{joined}"


def code_from(answer: str, state: str) -> str:
    """The code out of the address that the merchant landed on, or the bare code. Raises SignInError."""
    text = answer.strip()
    try:
        parsed = urlsplit(text)
    except ValueError:
        raise SignInError(_("What was pasted is no address. Run: contaazul-sync auth")) from None
    if not parsed.scheme and "=" not in text:
        if not text:
            raise SignInError(_("Nothing was pasted. Run: contaazul-sync auth"))
        return text
    found = parse_qs(parsed.query or parsed.fragment.rpartition("?")[2] or text)
    if "error" in found:
        said = _("The ERP says: {error}. Confirm the access there. Run: contaazul-sync auth")
        raise SignInError(said.format(error=found["error"][0]))
    if "code" not in found:
        raise SignInError(
            _("There is no code in what was pasted: paste the whole address. Run: contaazul-sync auth")
        )
    if found.get("state") != [state]:
        raise SignInError(
            _("The pasted address is not of this sign-in (its state differs). Run: contaazul-sync auth")
        )
    return found["code"][0]


class Pair(NamedTuple):
    """Two tokens, as the secrets keep them. `expires_at`: when the access token is to be renewed."""

    access_token: str
    refresh_token: str
    expires_at: str


class Tokens:
    """The sign-in of one home: hands out an access token and renews it when needed."""

    def __init__(self, home: Path, vault: Vault, token_url: str, client_id: str, clock: Clock) -> None:
        self.home = home
        self.vault = vault
        self.token_url = token_url
        self.client_id = client_id
        self.clock = clock
        self._secrets: Secrets | None = None
        self._renewing = asyncio.Lock()

    async def access(self, rejected: str = "") -> str:
        """An access token that is not the rejected one. Raises NotSignedIn, SignInExpired, Unavailable."""
        known = self._secrets
        if known and known.fresh(self.clock()) and known.access_token != rejected:
            return known.access_token
        async with self._renewing, token_lock(self.home):
            now = self.vault.read()  # another process may have renewed it meanwhile
            if error := refusal(now):
                raise error
            if not now.fresh(self.clock()) or now.access_token == rejected:
                now = await finished(self._renew(now))  # cut in the middle, it would cost the sign-in
            self._secrets = now
            return now.access_token

    async def exchange(self, code: str, redirect_uri: str) -> Pair:
        """Turn the code into tokens, which are not kept yet. Raises SignInError when it is no longer good.

        The former sign-in stays until `keep` puts this one in its place: it may be of another company.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        answer = await self._ask(self.vault.read(), form)
        if not _text(answer, "refresh_token"):
            raise _refusal(200, answer)
        return self._pair(answer)

    async def keep(self, pair: Pair, company_id: str) -> None:
        """Keep what `exchange` gave, now that it is known to be of this company. Raises CredentialsError."""
        async with token_lock(self.home):
            self._secrets = self.vault.update_locked(**pair._asdict(), refused=False, company_id=company_id)

    async def _renew(self, held: Secrets) -> Secrets:
        form = {"grant_type": "refresh_token", "refresh_token": held.refresh_token}
        with self.vault.ready() as keep:  # first: the old token is dead when the new one is told
            try:
                answer = await self._ask(held, form)
            except SignInExpired:
                self.vault.update_locked(refused=True)
                raise SignInExpired(_("The ERP ended the sign-in. Run: contaazul-sync auth")) from None
            return keep(**self._pair(answer, held.refresh_token)._asdict(), refused=False)

    async def _ask(self, held: Secrets, form: dict[str, str]) -> dict[str, Any]:
        """What the token endpoint gives. Not repeated: a refresh token is good only once."""
        hide_login(self.client_id, held.client_secret)
        login = httpx.BasicAuth(self.client_id, held.client_secret)
        try:
            async with asyncio.timeout(DEADLINE), line.client(timeout=READ_TIMEOUT) as client:
                response = await client.post(self.token_url, data=form, auth=login)
            answer = border.parse(response.content)
        except (ValueError, border.TooMuch) as error:
            raise Unavailable(_("The ERP's sign-in does not answer as it should.")) from error
        except TimeoutError:
            text = _("The ERP's sign-in does not answer ({why}).")
            raise Unavailable(text.format(why=_("no answer in time"))) from None
        except httpx.HTTPError as error:
            text = _("The ERP's sign-in does not answer ({why}).")
            raise Unavailable(text.format(why=why(error))) from error
        if response.status_code >= 500 or response.status_code == 429:
            text = _("The ERP's sign-in does not work now ({status}).")
            raise Unavailable(text.format(status=response.status_code))
        told = answer if isinstance(answer, dict) else {}
        if response.status_code >= 400 or not _text(told, "access_token"):
            raise _refusal(response.status_code, answer)
        return told

    def _pair(self, answer: dict[str, Any], former: str = "") -> Pair:
        """The new tokens, and until when. Whatever else the answer holds, the tokens count."""
        lifetime = _lifetime(answer.get("expires_in"))
        ends = self.clock() + lifetime - min(EARLY, lifetime / 2)
        refresh = _text(answer, "refresh_token") or former
        return Pair(_text(answer, "access_token"), refresh, ends.isoformat())

    async def revoke(self, api_url: str, company_id: str) -> bool:
        """End the connection at the ERP; whether the ERP said so. The secrets stay."""
        try:
            address = f"{api_url}/oauth/connections/{quote(company_id, safe='')}"
            async with (
                asyncio.timeout(DEADLINE),
                line.client(timeout=READ_TIMEOUT, auth=ErpAuth(self)) as client,
            ):
                response = await client.delete(address)
        except (httpx.HTTPError, SignInError, Unavailable, TimeoutError):
            return False
        return response.status_code == 204


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _lifetime(told: object) -> timedelta:
    """For how long a token is good; an hour, where that cannot be understood. Longer than a day is a day."""
    try:
        seconds = float(told)  # type: ignore[arg-type] # whatever it is
    except (ValueError, TypeError, OverflowError):
        return HOUR
    return timedelta(seconds=min(seconds, DAY.total_seconds())) if seconds >= 1 else HOUR


def refusal(held: Secrets) -> SignInError | None:
    """Why these secrets are no sign-in, or None."""
    if not held.refresh_token:
        return NotSignedIn(_("Not signed in to the ERP. Run: contaazul-sync auth"))
    return SignInExpired(_("The ERP ended the sign-in. Run: contaazul-sync auth")) if held.refused else None


def unfinished(held: Secrets) -> SignInError | None:
    """Why nothing may be sent with these secrets, or None. A sign-in ends with the company that it is for."""
    error = refusal(held)
    if error is None and not held.company_id:
        return NotSignedIn(
            _("The last sign-in was cut short before the ERP named the company. Run: contaazul-sync auth")
        )
    return error


def _refusal(status: int, answer: object) -> SignInError:
    told = answer if isinstance(answer, dict) else {}
    if "invalid_client" in (told.get("error"), told.get("error_subtype")):
        return ClientRefused(
            _(
                "The ERP does not accept the client ID with this client secret."
                " Run: contaazul-sync auth --secrets (it asks for them again)"
            )
        )
    kind = SignInExpired if told.get("error") == "invalid_grant" else SignInError
    text = _(
        "The ERP refused the sign-in: {error}. A code is good for three minutes, and once."
        " Run: contaazul-sync auth"
    )
    return kind(text.format(error=error_text(answer) or status))


class DraftAuth(httpx.Auth):
    """Puts one access token on each request, and never another one in its place."""

    def __init__(self, token: str) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Httpx's own hook."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


class ErpAuth(httpx.Auth):
    """Puts the access token on each request, and renews it once when the ERP answers 401."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Httpx's own hook."""
        token = await self.tokens.access()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            if wait := request.extensions.get("wait"):
                wait.came_back()
            token = await self.tokens.access(rejected=token)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request
