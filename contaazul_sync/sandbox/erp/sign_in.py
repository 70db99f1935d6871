"""The ERP's sign-in: consent page, codes, tokens that rotate, the connected company, and its end."""

from __future__ import annotations

import base64
import binascii
import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from starlette.responses import HTMLResponse, RedirectResponse

from contaazul_sync.sandbox.common.wire import RefusedError, answer, no_content
from contaazul_sync.sandbox.erp.checks import UNKNOWN

if TYPE_CHECKING:
    from starlette.responses import Response

    from contaazul_sync.sandbox.common.wire import Call
    from contaazul_sync.sandbox.erp.state import Erp, Routes

# The real page keeps its parameters after the `#`, where no server sees them: a script hands them over.
_FRONT = """<!doctype html><title>Conta Azul (simulado)</title><p>Servidor simulado.</p>
<script>if (location.hash.startsWith("#/oauth/authorize?"))
  location.replace(location.hash.slice(1));</script>"""
_CONSENT = """<!doctype html><title>Conta Azul (simulado)</title>
<p>O aplicativo pede acesso &agrave; conta de <strong>{company}</strong>.</p>
<p><a id="confirm" href="{confirm}">Autorizar</a> <a id="deny" href="{deny}">Recusar</a></p>"""
_PROBLEM = "<!doctype html><title>Conta Azul (simulado)</title><p>error={problem}</p>"


def front(_erp: Erp, _call: Call) -> Response:
    """GET /."""
    return HTMLResponse(_FRONT)


def problem(_erp: Erp, call: Call) -> Response:
    """GET /error, where a request with a wrong address lands."""
    return HTMLResponse(_PROBLEM.format(problem=html.escape(call.one("error") or "")), 400)


def authorize(erp: Erp, call: Call) -> Response:
    """GET /oauth/authorize, /login, /oauth2/authorize: the consent page, then the redirect."""
    if call.one("response_type") != "code" or call.one("client_id") != erp.client_id:
        return RedirectResponse("/error?error=invalid_request", 302)
    target = call.one("redirect_uri") or ""
    if target != erp.redirect_uri:  # byte for byte
        return RedirectResponse("/error?error=redirect_mismatch", 302)
    state = {"state": call.one("state") or ""}
    match call.one("confirm"):
        case "yes":
            code = erp.sessions.open_code(target, erp.switches.code_seconds)
            return RedirectResponse(f"{target}?{urlencode({'code': code} | state)}", 302)
        case "no":
            return RedirectResponse(f"{target}?{urlencode({'error': 'access_denied'} | state)}", 302)
        case _:
            here = html.escape(str(call.request.url.path + "?" + call.request.url.query))
            company = html.escape(str(erp.company["razao_social"]))
            page = _CONSENT.format(
                company=company, confirm=here + "&amp;confirm=yes", deny=here + "&amp;confirm=no"
            )
            return HTMLResponse(page)


def token(erp: Erp, call: Call) -> Response:
    """POST /oauth/token and /oauth2/token: a form, with the client in the Authorization header."""
    if not call.request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _oauth_error("invalid_client", "Client authentication failed")
    if not _is_client(erp, call.request.headers.get("authorization", "")):
        return _oauth_error("invalid_client", "Client authentication failed", status=401)
    form = {name: values[0] for name, values in parse_qs(call.raw.decode("utf-8", "replace")).items()}
    match form.get("grant_type"):
        case "authorization_code":
            return _exchange(erp, form)
        case "refresh_token":
            return _refresh(erp, form.get("refresh_token", ""))
        case _:
            return _oauth_error("unsupported_grant_type", "The grant type is not supported")


def _exchange(erp: Erp, form: dict[str, str]) -> Response:
    if not erp.sessions.use_code(form.get("code", ""), form.get("redirect_uri", "")):
        return _oauth_error(
            erp.switches.code_error, "The authorization code is invalid, expired or already used"
        )
    return answer(erp.sessions.issue(erp.switches.access_token_seconds))


def _refresh(erp: Erp, given: str) -> Response:
    if given not in erp.sessions.refresh:
        subtype = "access_revoked" if given in erp.sessions.revoked else "invalid_refresh_token"
        return _oauth_error("invalid_grant", "The refresh token is invalid, expired or revoked", subtype)
    erp.sessions.refresh.remove(given)  # dead from here on, whether or not the answer arrives
    return answer(erp.sessions.issue(erp.switches.access_token_seconds))


def _oauth_error(error: str, description: str, subtype: str | None = None, status: int = 400) -> Response:
    extra = {"error_subtype": subtype} if subtype else {}
    return answer({"error": error, **extra, "error_description": description}, status)


def _is_client(erp: Erp, authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme.lower() == "basic" and given == f"{erp.client_id}:{erp.client_secret}"


def disconnect(erp: Erp, call: Call) -> Response:
    """DELETE /oauth/connections/{id_empresa}."""
    if erp.switches.revoke == 502:
        raise RefusedError(502, "Bad Gateway")
    if erp.switches.revoke == 404 or call.part("id") != str(erp.company["id_empresa"]):
        raise RefusedError(404, UNKNOWN)
    erp.sessions.revoke()
    return no_content()


def show_company(erp: Erp, _call: Call) -> Response:
    """GET /v1/pessoas/conta-conectada."""
    number = erp.company["id_empresa"]
    shown = int(number) if erp.switches.id_empresa_as == "int" else str(number)
    return answer(erp.company | {"id_empresa": shown})


# These want no token.
OPEN: Routes = [
    ("GET", "/", front),
    ("GET", "/error", problem),
    ("GET", "/oauth/authorize", authorize),
    ("GET", "/oauth2/authorize", authorize),
    ("GET", "/login", authorize),
    ("POST", "/oauth/token", token),
    ("POST", "/oauth2/token", token),
]
ROUTES: Routes = [
    ("DELETE", "/oauth/connections/{id}", disconnect),
    ("GET", "/v1/pessoas/conta-conectada", show_company),
]
