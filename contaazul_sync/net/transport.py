"""HTTP in one place: pace, repeats, and from an answer to an error.

                        a read, or a write that sets a value      a create (POST)
  cannot connect        repeat                                    repeat: nothing was sent
  429                   repeat after the pause asked for          the same: nothing was done
  no answer, 5xx, 408   repeat, then Failing                      Unanswered at once: it may have been done
  not JSON              repeat, then Failing                      Unanswered
  401                   the auth flow renews once and repeats; then an error
  400 403 404 409 422   NoAccess, Missing or Refused              the same
  other 4xx             Refused                                   Unanswered: nobody knows what it means
  1xx, 3xx              Unavailable                               Unanswered: a proxy may say so afterwards

Repeats back off exponentially with jitter, and are bounded in number and in time. One request is bounded as a
whole, however slowly its answer drips (`net/stop`): what is then not answered is as in the fourth line.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import tenacity

from contaazul_sync.core import fit
from contaazul_sync.core.errors import (
    Elsewhere,
    Failing,
    Missing,
    NoAccess,
    Nowhere,
    Refused,
    SignInExpired,
    Silent,
    SyncError,
    Unanswered,
    Unavailable,
    called,
)
from contaazul_sync.core.words import Said, _, joined
from contaazul_sync.home.log import LOG
from contaazul_sync.net import border
from contaazul_sync.net.causes import why
from contaazul_sync.net.complaints import error_text, is_bare
from contaazul_sync.net.pacer import LONGEST_PAUSE, Pacer
from contaazul_sync.net.silence import Silence
from contaazul_sync.net.stop import Stop

READ_TIMEOUT, CREATE_TIMEOUT = 30.0, 60.0  # seconds; what public clients of the ERP allow it
ATTEMPTS, PATIENCE = 5, 60  # tries of one request, and seconds that they may take together
FIRST_PAUSE = 1.0  # seconds
TOO_LONG = 414  # what a server says of an address that it does not take; so do we
NOT_DONE = (400, 401, 403, 404, 409, 422)  # what says that a create was not carried out; 429 is repeated
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

Query = Mapping[str, str | int | list[str]]
Leaving = Callable[[], None]
Reader = Callable[[httpx.Response], Any]  # of an answer that is no error; ValueError: it cannot be read
WHOLE = ("http://", "https://")  # begins an address that is not of this server's base


class _Again(Exception):
    """Worth repeating; `error` is what to raise when that has been done enough."""

    def __init__(self, error: SyncError, pause: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.pause = pause


AGAIN = tenacity.retry_if_exception_type(_Again)


class Transport:
    """Sends requests to one server. `who` names it in messages: "the ERP", "the shop".

    `known`: a path that is always there. Without it, a server that has answered anything is believed that
    one of its paths is not.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        who: str,
        pacer: Pacer,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        stop: Stop | None = None,
        known: str = "",
    ) -> None:
        self.client = client
        self._base = str(client.base_url).rstrip("/") + "/"
        self.stop = stop or Stop()
        self.silence = Silence()
        self.known = known
        self.who = who
        self.pacer = pacer
        self._sleep = sleep
        # There, and not before `send`: a renewal holds several back, and each repeat after a 401 is one more.
        client.event_hooks["request"].append(self._turn)

    async def _turn(self, request: httpx.Request) -> None:
        await self.pacer.turn()
        if wait := request.extensions.get("wait"):
            wait.leaves()
            self.silence.is_asked(asyncio.get_running_loop().time())
        if leaving := request.extensions.get("leaving"):
            leaving()

    async def get(
        self,
        path: str,
        query: Query | None = None,
        reader: Reader | None = None,
        tries: int = ATTEMPTS,
    ) -> Any:
        """Read. Returns the parsed JSON, its decimals as Decimal, or what the reader makes of the answer.

        `tries`: how often it is asked at most where the server fails at it.
        """
        return await self._send("GET", path, query=query, reader=reader, more={"tries": tries})

    async def change(self, method: str, path: str, body: object = None) -> Any:
        """Set a value, or remove: doing it twice does no harm, so it is repeated like a read."""
        return await self._send(method, path, body=body)

    async def create(
        self, path: str, body: object, method: str = "POST", leaving: Leaving | None = None
    ) -> Any:
        """Create, or add to a thing. Raises Unanswered when it may have been done; never repeats it then.

        `leaving` is called each time it is about to leave, when its turn has come: what it writes down is
        not written down for a request that still waits.
        """
        return await self._send(method, path, body=body, is_create=True, more={"leaving": leaving})

    async def _send(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        body: object = None,
        *,
        is_create: bool = False,
        reader: Reader | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Any:
        """`more` goes with the request: `leaving` of a create, and `tries` of a read."""
        content = None if body is None else fit.whole_pairs(json.dumps(body, ensure_ascii=False)).encode()
        try:
            request = self.client.build_request(
                method,
                self._address(path, query),
                content=content,
                headers={"Content-Type": "application/json"} if content else None,
                timeout=CREATE_TIMEOUT if is_create else READ_TIMEOUT,
                extensions=dict(more or {}),
            )
        except httpx.InvalidURL:  # a SKU or an id of a shop, or what a person typed
            raise Refused(TOO_LONG, _("it has no room in an address"), self.who) from None
        try:
            return await self._in_time(request, reader or _json, is_create=is_create)
        except _Again as again:
            raise again.error from None
        except Missing as error:
            if is_bare(error.text):
                await self._look_whether_it_is_there(path)
            raise

    def _address(self, path: str, query: Query | None) -> httpx.URL:
        """As a whole: httpx reads an address anew for each part that is added to it."""
        whole = path if path.startswith(WHOLE) else self._base + path.lstrip("/")
        return httpx.URL(whole, params=query) if query else httpx.URL(whole)

    async def _in_time(self, request: httpx.Request, reader: Reader, *, is_create: bool) -> Any:
        """Send and repeat, each time within its deadline, until somebody stops us."""
        retrying = tenacity.AsyncRetrying(
            retry=AGAIN,
            stop=_enough(asyncio.get_running_loop().time, request.extensions.get("tries", ATTEMPTS)),
            wait=_pause,
            sleep=self._rest,
            reraise=True,
        )
        try:
            async with self.stop.wait(finishes=request.method != "GET") as wait:
                request.extensions["wait"] = wait
                return await retrying(self._counted, request, reader, is_create=is_create)
        except TimeoutError:
            message = self._said(_("{who} did not answer ({why})."), why=_("no answer in time"))
            raise _lost(message, is_create=is_create) from None

    async def _rest(self, seconds: float) -> None:
        self.stop.check()
        await self._sleep(seconds)

    async def _counted(self, request: httpx.Request, reader: Reader, *, is_create: bool) -> Any:
        """Send once, and note whether the answer was of any use. Raises Silent, and what `_once` does."""
        now, useful = asyncio.get_running_loop().time, False
        if self.silence.is_too_long(now()):
            raise Silent(self._said(_("{who} has given no usable answer for ten minutes.")))
        try:
            answer = await self._once(request, reader, is_create=is_create)
            useful = True
            return answer
        except Refused as error:
            useful = not is_bare(error.text)
            raise
        finally:
            request.extensions["wait"].came_back()
            self.silence.ended(now(), useful=useful)

    async def _look_whether_it_is_there(self, path: str) -> None:
        """Ask for what is always there before a bare 404 is believed. Raises Nowhere, as `get` does."""
        if self.known and path != self.known:
            await self.get(self.known)
        elif self.known or not self.silence.was_answered:
            raise Nowhere(self._said(_("{who} knows none of the addresses that we ask for (404).")), self.who)

    async def _once(self, request: httpx.Request, reader: Reader, *, is_create: bool) -> Any:
        try:
            response = await self.client.send(request)
        except NOT_SENT as error:
            message = self._said(_("{who} cannot be reached ({why})."), why=why(error))
            raise _Again(Unavailable(message)) from error
        except border.TooMuch as error:  # asked again it would be no smaller
            raise self._too_much(is_create=is_create) from error
        except httpx.HTTPError as error:
            message = self._said(_("{who} did not answer ({why})."), why=why(error))
            raise _lost(message, is_create=is_create) from error
        took = round(response.elapsed.total_seconds() * 1000)
        told = {"status": response.status_code, "milliseconds": took}
        LOG.debug(
            "%s %s: %s, %s ms", request.method, request.url.path, response.status_code, took, extra=told
        )
        return self._read(response, reader, is_create=is_create)

    def _read(self, response: httpx.Response, reader: Reader, *, is_create: bool) -> Any:
        status = response.status_code
        if status == 429:
            pause = _retry_after(response)
            self.pacer.refused(pause)
            raise _Again(Unavailable(self._said(_("{who} asks to slow down (429)."))), pause)
        self.pacer.answered()
        if status >= 500 or status == 408:
            message = self._said(_("{who} answered with an error of its own ({status})."), status=status)
            raise _lost(message, is_create=is_create, pause=_retry_after(response))
        if not 200 <= status < 300:
            if is_create and status not in NOT_DONE:
                text = _("{who} answered {status}, which does not say whether it was done.")
                raise Unanswered(self._said(text, status=status))
            raise self._no(response)
        if not response.content and response.request.method != "GET":
            return None
        try:
            return reader(response)
        except ValueError:
            text = _("{who} answered what is not JSON.")
            if response.content.lstrip()[:1] == b"<":
                text = _("{who} answered with a page, as of maintenance or a wrong address.")
            message = self._said(text)
            raise _lost(message, is_create=is_create) from None

    def _too_much(self, *, is_create: bool) -> SyncError:
        text = _("{who} answered with more than {n} MB at once: that was not read.")
        message = self._said(text, n=border.MOST_MB)
        return Unanswered(message) if is_create else Failing(message)

    def _said(self, text: Said, **values: object) -> Said:
        """A sentence about this server."""
        return text.format(who=called(self.who), **values)

    def _no(self, response: httpx.Response) -> SyncError:
        status, told = response.status_code, _told(response)
        text = error_text(told)
        quoted = [_("It says: {text}").format(text=text)] if text else []
        if status < 400:
            return Elsewhere(
                self._said(_("{who} sends us to another address ({where})."), where=_where(response))
            )
        if status == 401:
            begun = self._said(_("{who} does not accept the sign-in."))
            return SignInExpired(joined(begun, *quoted, _("Run: contaazul-sync auth")), text)
        if status == 403:
            begun = self._said(_("{who} refuses access to its API (403)."))
            return NoAccess(joined(begun, *quoted))
        if status == 404:
            return Missing(status, text, self.who, told)
        return Refused(status, text, self.who, told)


def _lost(message: Said, *, is_create: bool, pause: float | None = None) -> Exception:
    """For an answer that tells nothing: a question after a create, a nuisance otherwise."""
    return Unanswered(message) if is_create else _Again(Failing(message), pause)


def _json(response: httpx.Response) -> Any:
    return border.parse(response.content)


def _where(response: httpx.Response) -> str:
    """Where a redirect leads, without the query, which may hold a secret."""
    return response.headers.get("Location", "").partition("?")[0] or str(response.status_code)


def _told(response: httpx.Response) -> object:
    """What a server says of an error."""
    try:
        return border.parse(response.content)
    except ValueError:
        return None  # a page of HTML tells a shopkeeper nothing


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return min(float(text), LONGEST_PAUSE) if text.isdecimal() else None


def _enough(now: Callable[[], float], tries: int) -> Callable[[tenacity.RetryCallState], bool]:
    """Whether a request was tried often or long enough, from now on; `tries`, where the server fails."""
    end = now() + PATIENCE

    def enough(state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        failed = isinstance(error, _Again) and isinstance(error.error, Failing)
        return state.attempt_number >= (tries if failed else ATTEMPTS) or now() >= end

    return enough


def _pause(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _Again) and error.pause is not None:
        return error.pause
    longest = min(FIRST_PAUSE * 2 ** (state.attempt_number - 1), LONGEST_PAUSE)
    return float(longest * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
