"""The settings and secrets that a sign-in needs: asked for, checked and kept."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from urllib.parse import urlsplit

from contaazul_sync.core import words
from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.marks import TAG_OF, is_tagged
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.words import _
from contaazul_sync.home import machine, profiles
from contaazul_sync.home.config import check, load, write
from contaazul_sync.home.credentials import SecretsDamagedError, Vault
from contaazul_sync.home.readers import LOOPBACK
from contaazul_sync.home.settings import Settings, shown
from contaazul_sync.operate.signin.asking import Asker
from contaazul_sync.shops.woocommerce.keys import Keys
from contaazul_sync.state.file import State

SHOP_API = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"


def choose_language(settings: Settings, ask: Asker) -> dict[str, str]:
    """Ask once which language to speak, and speak it from here on; cron has no locale to tell it."""
    if settings.text("language"):
        return {}
    answer = ask(_("Language / Idioma (pt-BR or en)"), words.language().replace("_", "-"))
    words.speak(words.language_of(answer, {}))
    return {"language": answer}


def complete(settings: Settings, ask: Asker, now: datetime, *, fresh: bool) -> Iterator[tuple[str, str]]:
    """Ask for the settings that are missing; yields each with its answer, before the next is asked for.

    `fresh`: no pass has run yet. Later, the day from which orders are sent is not asked for any more: it
    would leave out what is still to be sent.
    """
    questions = [
        ("erp.client_id", _("Client ID of your application at developers.contaazul.com"), ""),
        ("erp.redirect_uri", _("Redirect address registered for it"), "https://contaazul.com"),
    ]
    kind, address = settings.text("shop.kind"), settings.text("shop.url")
    if fresh and "shop.kind" not in settings.origins:
        kind = ask(_("Kind of shop: webstore or woocommerce"), kind)
        yield "shop.kind", kind
    if not (settings.text("shop.api_url") or address or len(settings.from_files) == 2):
        questions.append(_address_question(kind))
    for name, question, offered in questions:
        if not settings.text(name):
            answer = _needed(ask(question, offered), shown(name), settings)
            yield name, answer
            address = answer if name == "shop.url" else address
    if fresh:
        yield from _beginning(settings, address, ask, now)


def _beginning(settings: Settings, address: str, ask: Asker, now: datetime) -> Iterator[tuple[str, str]]:
    """Ask for what is decided before the first pass, and not later by a sign-in."""
    if not settings.text("shop.id"):
        question = _("A short name of the shop, for the notes of its sales; it gets a tag of its own")
        yield "shop.id", with_tag(ask(question, with_tag(_name_of(settings, address))))
    if settings.values["orders.since"] is None:
        today = local_day(now).isoformat()
        yield "orders.since", ask(_("Send orders paid from this day on (YYYY-MM-DD)"), today)
    if "orders.paid_differs" not in settings.origins:
        question = _("An order of which less or more was paid than its total: hold, book or split")
        yield "orders.paid_differs", ask(question, "split")
    if "orders.rounding" not in settings.origins:
        question = _("An order whose taxes are rounded, a centavo for each line at most: hold or absorb")
        yield "orders.rounding", ask(question, "absorb")


def _name_of(settings: Settings, address: str) -> str:
    """What the shop may be called: by its own address or its profile, never by the server of its API."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    own = host.partition(".")[0] if host not in LOOPBACK else ""
    return own or profiles.of(settings.home)[1] or "loja"


def with_tag(name: str) -> str:
    """A shop's name with a tag that no other home has, `minha-loja-k3f7`; one that has a tag stays.

    So no other installation that writes into this ERP is called like it.
    """
    tag = "".join(secrets.choice(signs) for signs in TAG_OF)
    return name if is_tagged(name) else f"{name}-{tag}"


def _address_question(kind: str) -> tuple[str, str, str]:
    if kind == "woocommerce":
        return "shop.url", _("Address of the shop (https://...)"), ""
    return "shop.api_url", _('"URL Api" of the shop, from the app\'s page in its panel'), SHOP_API


def complete_secrets(settings: Settings, vault: Vault, ask: Asker, *, anew: bool) -> dict[str, str]:
    """Ask for the secrets that are neither kept nor in the environment, or for all `anew`, and keep them.

    Where there is a sign-in that works, they are kept with the one that proves them. Returns the settings
    that follow from an answer, to be written.
    """
    try:
        held = vault.read()
    except SecretsDamagedError:
        vault.delete()
        held = vault.read()
    keep = vault.draft if held.signed_in else vault.update
    keep()
    if anew or not held.client_secret:
        answer = ask(_("Client secret of your application"), hidden=True)
        keep(client_secret=_needed(answer, "CONTAAZUL_SYNC_CLIENT_SECRET", settings))
    answers: dict[str, str] = {}
    wants_token = anew or (settings.needs_token and not held.shop_token)
    if wants_token and settings.text("shop.kind") == "woocommerce":
        keep(shop_token=_keys(ask, settings))
    elif wants_token:
        token = ask(_("Token of the shop's API, from the same page (Enter: none yet)"), hidden=True)
        answers = _with_token(settings, ask) if token else _without(settings, ask)
        keep(shop_token=token)
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
    return {name: _needed(ask(question, offered), shown(name), settings)}


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
    settings = load(environ)
    machine.prepare_home(settings.home)
    vault = Vault(settings.home, settings.text("credentials.backend"), environ)
    settings = _written(environ, settings, choose_language(settings, ask).items())
    fresh, known_as = _as_left(settings)
    if known_as and not settings.text("shop.id"):  # it writes no other name than before
        write(settings.config_file, {"shop.id": known_as})
        settings = load(environ)
    settings = _written(environ, settings, complete(settings, ask, now, fresh=fresh))
    backend = settings.text("credentials.backend")
    vault.settle(backend)
    if backend == "auto":  # what was chosen is written down, so that cron never has to guess
        write(settings.config_file, {"credentials.backend": vault.backend.kind})
    answers = complete_secrets(settings, vault, ask, anew=anew)
    return _written(environ, settings, answers.items()), vault


def offer_address(environ: Mapping[str, str], settings: Settings, ask: Asker, address: str) -> Settings:
    """Ask whether the shop's API is at an address where it was found, and keep the answer."""
    question = _(
        "The shop's permalinks are plain, and its API is not at the usual address. Address of its API"
    )
    return _written(environ, settings, [("shop.api_url", ask(question, address))])


def _as_left(settings: Settings) -> tuple[bool, str]:
    """Whether no pass has run yet in this home, and what the shop is called in it."""
    if not settings.state_file.exists():
        return True, ""
    with closing(State.open(settings.state_file)) as state:
        return not state.runs.any_began(), state.notes.get("shop") or ""


def _written(environ: Mapping[str, str], settings: Settings, answers: Iterable[tuple[str, str]]) -> Settings:
    """The settings with these answers. One that cannot be is refused, and those before it stay."""
    for name, answer in answers:
        check(name, answer)
        write(settings.config_file, {name: answer})
    return load(environ)
