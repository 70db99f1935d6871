"""The `auth` command: asks for what is missing, signs in at the ERP, proves it, and can undo it."""

import getpass
import secrets
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

from stdnum.br import cnpj

from contaazul_sync.core import words
from contaazul_sync.core.days import local_day
from contaazul_sync.core.erp import Account
from contaazul_sync.core.errors import ConfigError, SignInError, StateError, SyncError
from contaazul_sync.core.words import _, ngettext
from contaazul_sync.erp import oauth
from contaazul_sync.home import config, machine
from contaazul_sync.home.config import LOOPBACK, SHOP_API, Settings
from contaazul_sync.home.credentials import Secrets, SecretsDamagedError, Vault
from contaazul_sync.operate import wiring
from contaazul_sync.passes.binding import bind
from contaazul_sync.shops.woocommerce import Keys
from contaazul_sync.state.file import State

CODE_SECONDS = 180  # a code lives three minutes (docs/conta-azul.md), so there is no use in waiting longer


@dataclass
class Asker:
    """Asks on stderr and reads from stdin, one line an answer; `yes` takes what is offered."""

    yes: bool = False

    def __call__(self, question: str, offered: str = "", *, hidden: bool = False) -> str:
        """The answer, or what is offered; "" when there is neither."""
        terminal = sys.stdin.isatty()
        if self.yes or (offered and not terminal):
            return offered
        prompt = f"{question}{f' [{offered}]' if offered else ''}: "
        if hidden and terminal:
            return getpass.getpass(prompt).strip()
        sys.stderr.write(prompt)
        sys.stderr.flush()
        return sys.stdin.readline().strip() or offered


def say(text: str) -> None:
    """Tell the person something; stdout stays for the address alone."""
    sys.stderr.write(text + "\n")


def choose_language(settings: Settings, ask: Asker) -> dict[str, str]:
    """Ask once which language to speak, and speak it from here on; cron has no locale to tell it."""
    if settings.text("language"):
        return {}
    answer = ask(_("Language / Idioma (pt-BR or en)"), words.language().replace("_", "-"))
    words.speak(words.language_of(answer, {}))
    return {"language": answer}


def complete(settings: Settings, ask: Asker, now: datetime, *, fresh: bool) -> dict[str, str]:
    """Ask for the settings that are missing. Returns what is to be written.

    `fresh`: no pass has run yet. Later, the day from which orders are sent is not asked for any more: it
    would leave out what is still to be sent.
    """
    questions = [
        ("erp.client_id", _("Client ID of your application at developers.contaazul.com"), ""),
        ("erp.redirect_uri", _("Redirect address registered for it"), "https://contaazul.com"),
    ]
    answers: dict[str, str] = {}
    if fresh and "shop.kind" not in settings.origins:
        answers["shop.kind"] = ask(_("Kind of shop: webstore or woocommerce"), settings.text("shop.kind"))
        config.check("shop.kind", answers["shop.kind"])  # the next question depends on it
    kind = answers.get("shop.kind") or settings.text("shop.kind")
    if not (settings.text("shop.api_url") or settings.text("shop.url")):
        questions.append(_address_question(kind))
    for name, question, offered in questions:
        if not settings.text(name):
            answers[name] = _needed(ask(question, offered), config.shown(name), settings)
    if fresh:
        told = {name: answers.get(name) or settings.text(name) for name in ("shop.api_url", "shop.url")}
        if not settings.text("shop.id"):
            host = urlsplit(told["shop.api_url"] or told["shop.url"]).hostname or "loja"
            answers["shop.id"] = ask(_("A short name of the shop, for the notes of its sales"), host)
        if settings.values["orders.since"] is None:
            today = local_day(now).isoformat()
            answers["orders.since"] = ask(_("Send orders paid from this day on (YYYY-MM-DD)"), today)
    return answers


def _address_question(kind: str) -> tuple[str, str, str]:
    if kind == "woocommerce":
        return "shop.url", _("Address of the shop (https://...)"), ""
    return "shop.api_url", _('"URL Api" of the shop, from the app\'s page in its panel'), SHOP_API


def complete_secrets(settings: Settings, vault: Vault, ask: Asker, *, anew: bool) -> dict[str, str]:
    """Ask for the secrets that are neither kept nor in the environment, or for all `anew`, and keep them.

    Returns the settings that follow from an answer, to be written.
    """
    try:
        held = vault.read()
    except SecretsDamagedError:
        vault.delete()
        held = vault.read()
    given: dict[str, Any] = {}
    if anew or not held.client_secret:
        answer = ask(_("Client secret of your application"), hidden=True)
        given["client_secret"] = _needed(answer, "CONTAAZUL_SYNC_CLIENT_SECRET", settings)
    answers: dict[str, str] = {}
    wants_token = anew or (settings.needs_token and not held.shop_token)
    if wants_token and settings.text("shop.kind") == "woocommerce":
        given["shop_token"] = _keys(ask, settings)
    elif wants_token:
        given["shop_token"] = ask(
            _("Token of the shop's API, from the same page (Enter: none yet)"), hidden=True
        )
        answers = _without(settings, ask) if not given["shop_token"] else _with_token(settings, ask)
    vault.update(**given)
    return answers


def _keys(ask: Asker, settings: Settings) -> str:
    """WooCommerce's two keys as one token. Raises ConfigError for what are none."""
    name = "CONTAAZUL_SYNC_SHOP_TOKEN"
    key = _needed(ask(_("Consumer key of its REST API (ck_...)"), hidden=True), name, settings)
    if ":" not in key:
        key += ":" + _needed(ask(_("Consumer secret (cs_...)"), hidden=True), name, settings)
    Keys(key)
    return key


def _without(settings: Settings, ask: Asker) -> dict[str, str]:
    """Where the products are read without a token: on the shop's own pages."""
    if settings.text("shop.url"):
        return {}
    question = _("Address of the shop (https://...), to read its products from its public pages")
    address = _needed(ask(question), "CONTAAZUL_SYNC_SHOP_TOKEN", settings)
    return {"shop.url": address, "shop.api_url": ""}  # a token that is lost later would be missed


def _with_token(settings: Settings, ask: Asker) -> dict[str, str]:
    """The API that a token is for, where the shop was read without one before."""
    if settings.text("shop.api_url"):
        return {}
    name, question, offered = _address_question("webstore")
    return {name: _needed(ask(question, offered), config.shown(name), settings)}


def _needed(answer: str, name: str, settings: Settings) -> str:
    if not answer:
        if name.startswith("["):
            text = _("{name} is missing: answer the question, or set it in {file}.")
        else:
            text = _("{name} is missing: answer the question, or set it in the environment.")
        raise ConfigError(text.format(name=name, file=settings.config_file))
    return answer


def prepare(
    environ: Mapping[str, str], ask: Asker, now: datetime, *, anew: bool = False
) -> tuple[Settings, Vault]:
    """Bring settings and secrets to where a sign-in can begin. `anew`: ask for the secrets again."""
    settings = config.load(environ)
    machine.prepare_home(settings.home)
    vault = Vault(settings.home, settings.text("credentials.backend"), environ)
    answers = choose_language(settings, ask)
    answers |= complete(settings, ask, now, fresh=_is_fresh(settings))
    settings = _written(environ, settings, answers)
    backend = settings.text("credentials.backend")
    vault.settle(backend)
    if backend == "auto":  # what was chosen is written down, so that cron never has to guess
        config.write(settings.config_file, {"credentials.backend": vault.backend.kind})
    answers = complete_secrets(settings, vault, ask, anew=anew)
    return _written(environ, settings, answers), vault


def _is_fresh(settings: Settings) -> bool:
    if not settings.state_file.exists():
        return True
    with closing(State.open(settings.state_file)) as state:
        return not state.runs.newest(1)


def _written(environ: Mapping[str, str], settings: Settings, answers: dict[str, str]) -> Settings:
    """The settings with these answers; what cannot be read is taken back, so that a typo can be repeated."""
    if not answers:
        return settings
    path = settings.config_file
    before = path.read_bytes() if path.exists() else None
    config.write(path, answers)
    try:
        return config.load(environ)
    except ConfigError:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
        raise


async def sign_in(settings: Settings, vault: Vault, *, browser: bool) -> Account:
    """Sign in and prove it. Raises SignInError, Unavailable, StateError."""
    tokens = wiring.tokens(settings, vault)
    redirect_uri, state = settings.need("erp.redirect_uri"), secrets.token_urlsafe(24)
    address = oauth.authorize_address(
        settings.text("erp.authorize_url"), settings.need("erp.client_id"), redirect_uri, state
    )
    answer = _answer(address, redirect_uri, browser=browser)
    await tokens.exchange(oauth.code_from(answer, state), redirect_uri)
    async with wiring.erp_client(settings, vault) as erp:
        account = await erp.account()
    _bind(settings, vault, account)
    return account


def _bind(settings: Settings, vault: Vault, account: Account) -> None:
    """Note the company in the state and beside the tokens; a sign-in to another one is not kept."""
    state = State.open(settings.state_file)
    try:
        bind(state, settings.shop_id, account.company_id)
        state.notes.set("company_name", account.company)
        state.notes.set("company_document", account.document)
    except StateError:
        vault.update(access_token="", refresh_token="")
        raise
    finally:
        state.close()
    vault.update(company_id=account.company_id)


def _answer(address: str, redirect_uri: str, *, browser: bool) -> str:
    """What the merchant's browser landed on."""
    if not browser:
        sys.stdout.write(address + "\n")
        sys.stdout.flush()
        return _pasted()
    say(_("Open this address, sign in with your user of the ERP, and confirm:") + "\n")
    say(address + "\n")
    webbrowser.open(address)
    parsed = urlsplit(redirect_uri)
    if parsed.scheme == "http" and parsed.hostname in LOOPBACK and parsed.port:
        say(_("Waiting for the browser to come back (three minutes) ..."))
        return _landed(parsed.hostname or "localhost", parsed.port)
    return _pasted()


def _pasted() -> str:
    say(_("Paste the whole address of the page you landed on (within three minutes), then Enter:"))
    line = sys.stdin.readline()
    if not line:
        raise SignInError(_("Nothing was pasted. Run: contaazul-sync auth"))
    return line


def _landed(host: str, port: int) -> str:
    """The address that the browser asks our own small server for."""
    found: list[str] = []

    class Landing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "code=" in self.path or "error=" in self.path:
                found.append(f"http://{host}:{port}{self.path}")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write((_("contaazul-sync: you may close this page.") + "\n").encode())

        def log_message(self, *_told: object) -> None:
            """Say nothing: the address holds the code."""

    try:
        server = HTTPServer((host, port), Landing)
    except OSError as error:
        text = _("Port {port} of the redirect address is in use: {error}.")
        raise SignInError(text.format(port=port, error=error.strerror)) from error
    with server:
        server.timeout = CODE_SECONDS
        deadline = machine.utc_now().timestamp() + CODE_SECONDS
        while not found and machine.utc_now().timestamp() < deadline:
            server.handle_request()
    if not found:
        raise SignInError(_("The browser did not come back within three minutes. Run: contaazul-sync auth"))
    return found[0]


async def look_at_shop(settings: Settings, vault: Vault) -> str:
    """One line on whether the shop answers with this token."""
    try:
        async with wiring.shop_client(settings, vault) as shop:
            async for page in shop.products():
                return ngettext(
                    "The shop answers; its first page lists {n} product.",
                    "The shop answers; its first page lists {n} products.",
                    len(page),
                ).format(n=len(page))
    except SyncError as error:
        return _("The shop does not answer yet: {why}").format(why=error.message)
    return _("The shop answers; it lists no product yet.")


async def remove(settings: Settings, vault: Vault) -> list[str]:
    """End the sign-in: revoke it where the ERP answers that, and forget the secrets. The state stays."""
    held = vault.read()
    lines = []
    if held.refresh_token and settings.text("erp.client_id"):
        revoked = await _revoke(settings, vault, held)
        lines.append(
            _("The ERP ended the connection.")
            if revoked
            else _("The ERP did not end the connection: remove the app in the ERP's own settings too.")
        )
    vault.delete()
    lines.append(_("The secrets are deleted. Nothing in the ERP or in the shop was changed."))
    kept = _("What was sent stays known in {file}; delete it yourself if you want.")
    lines.append(kept.format(file=settings.state_file))
    return lines


async def _revoke(settings: Settings, vault: Vault, held: Secrets) -> bool:
    tokens = wiring.tokens(settings, vault)
    return await tokens.revoke(settings.text("erp.api_url"), held.company_id)


def describe(account: Account) -> str:
    """`Loja Azul (CNPJ 05.206.246/0001-38)`."""
    document = cnpj.format(account.document) if len(account.document) == 14 else account.document
    return (account.company or _("a company without a name")) + (f" (CNPJ {document})" if document else "")
