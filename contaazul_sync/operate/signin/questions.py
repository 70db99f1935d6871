"""What a sign-in has to know, as questions: how each is put, and how its answer is understood."""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from contaazul_sync.core import words
from contaazul_sync.core.days import local_day
from contaazul_sync.core.drafts.marks import TAG_OF, is_tagged
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.folding import folded
from contaazul_sync.core.words import _
from contaazul_sync.home import profiles
from contaazul_sync.home.config import check
from contaazul_sync.home.readers import LOOPBACK
from contaazul_sync.home.settings import Settings, shown
from contaazul_sync.operate.signin.asking import Question
from contaazul_sync.shops.woocommerce.keys import is_key, is_secret

SHOP_API = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"
REDIRECT = "https://contaazul.com"
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
ADDRESSES = ("shop.url", "shop.api_url", "erp.redirect_uri")
KINDS = {"woo": "woocommerce", "wordpress": "woocommerce"}


def language(settings: Settings) -> Question:
    """Which language to speak: cron has no locale to tell it."""
    offered = words.language().replace("_", "-")
    text = _("Language / Idioma (pt-BR or en)")
    return _of_setting(settings, "language", text, offered, "pt-BR")


def missing(settings: Settings, now: datetime, *, fresh: bool) -> Iterator[Question]:
    """What the settings lack, in the order in which it is asked for.

    `fresh`: no pass has run yet. Later, the day from which orders are sent is not asked for any more: it
    would leave out what is still to be sent.
    """
    kind, address = settings.text("shop.kind"), settings.text("shop.url")
    if fresh and "shop.kind" not in settings.origins:
        text = _("Kind of shop: webstore or woocommerce")
        yield _of_setting(settings, "shop.kind", text, kind, "webstore")
    if not settings.text("erp.client_id"):
        text = _("Client ID of your application at developers.contaazul.com")
        yield _of_setting(settings, "erp.client_id", text)
    if not settings.text("erp.redirect_uri"):
        text = _("Redirect address registered for it")
        yield _of_setting(settings, "erp.redirect_uri", text, REDIRECT, REDIRECT)
    if not (settings.text("shop.api_url") or address or len(settings.from_files) == 2):
        yield address_of(settings, kind)
    if fresh:
        yield from _beginning(settings, now)


def _beginning(settings: Settings, now: datetime) -> Iterator[Question]:
    """What is decided before the first pass, and not later by a sign-in."""
    if not settings.text("shop.id"):
        text = _("A short name of the shop, for the notes of its sales; it gets a tag of its own")
        yield _of_setting(settings, "shop.id", text, with_tag(_name_of(settings)), "minha-loja")
    if settings.values["orders.since"] is None:
        text, today = _("Send orders paid from this day on (YYYY-MM-DD)"), local_day(now).isoformat()
        yield _of_setting(settings, "orders.since", text, today, "25/11/2026")
    if "orders.paid_differs" not in settings.origins:
        text = _(
            "An order of which less or more was paid than its total: split (less is a discount, more a note),"
            " book (its total, and a note) or hold (it waits for you)"
        )
        yield _of_setting(settings, "orders.paid_differs", text, "split")
    if "orders.rounding" not in settings.origins:
        text = _(
            "An order whose sums are out by centavos, one a line at most: absorb (into freight or discount)"
            " or hold (it waits for you)"
        )
        yield _of_setting(settings, "orders.rounding", text, "absorb")


def address_of(settings: Settings, kind: str) -> Question:
    """Where the shop is asked."""
    if kind == "woocommerce":
        text = _("Address of the shop (https://...)")
        return _of_setting(settings, "shop.url", text, example="https://www.minhaloja.com.br")
    text = _('"URL Api" of the shop, from the app\'s page in its panel')
    return _of_setting(settings, "shop.api_url", text, SHOP_API, SHOP_API)


def pages_of(settings: Settings) -> Question:
    """Where the shop's public pages are, from which its products are read without a token."""
    text = _("Address of the shop (https://...), to read its products from its public pages")
    return _of_setting(settings, "shop.url", text, example="https://www.minhaloja.com.br")


def orders_from_files() -> Question:
    """Whether a shop without an API tells its orders by spreadsheets; the answer is "yes" or "no"."""
    text = _("Without an API: read the orders from spreadsheets that the panel exports? yes or no")
    return Question("shop.orders", text, _("no"), read=_yes_or_no)


def _yes_or_no(answer: str) -> str:
    if folded(answer) in ("yes", "y", "sim", "s"):
        return "yes"
    if folded(answer) in ("no", "n", "nao"):
        return "no"
    raise ValueError(_("Answer yes or no."))


def client_secret(settings: Settings, *, kept: bool) -> Question:
    """The ERP's secret of the merchant's application."""
    name, text = "CONTAAZUL_SYNC_CLIENT_SECRET", _("Client secret of your application")
    return Question(name, text, hidden=True, kept=kept, read=lambda answer: _needed(answer, name, settings))


def shop_token(settings: Settings, *, kept: bool) -> Question:
    """The shop's own secret: Webstore's token, of which there may be none yet, or WooCommerce's first key."""
    name = "CONTAAZUL_SYNC_SHOP_TOKEN"
    if settings.text("shop.kind") == "woocommerce":
        text = _("Consumer key of its REST API (ck_...)")
        return Question(name, text, example="ck_1a2b3c", hidden=True, kept=kept, read=_first_key(settings))
    if kept:
        return Question(name, _("Token of the shop's API, from the same page"), hidden=True, kept=True)
    return Question(name, _("Token of the shop's API, from the same page (Enter: none yet)"), hidden=True)


def second_key(settings: Settings, first: str) -> Question:
    """The second of WooCommerce's two keys; the answer is both, as the token."""

    def both(answer: str) -> str:
        told = _needed(answer, "CONTAAZUL_SYNC_SHOP_TOKEN", settings)
        if not is_secret(told):
            raise ValueError(_("This is no consumer secret: it begins with cs_."))
        return f"{first}:{told}"

    text = _("Consumer secret (cs_...)")
    return Question("CONTAAZUL_SYNC_SHOP_TOKEN", text, example="cs_4d5e6f", hidden=True, read=both)


def _first_key(settings: Settings) -> Callable[[str], str]:
    def key(answer: str) -> str:
        told = _needed(answer, "CONTAAZUL_SYNC_SHOP_TOKEN", settings)
        first, _colon, second = told.partition(":")  # both may be given at once
        if not is_key(first) or (second and not is_secret(second)):
            raise ValueError(_("This is no consumer key: it begins with ck_."))
        return told.removesuffix(":")

    return key


def _of_setting(settings: Settings, name: str, text: str, offered: str = "", example: str = "") -> Question:
    def read(answer: str) -> str:
        value = understood(name, _needed(answer, shown(name), settings))
        try:
            check(name, value)
        except ConfigError as error:
            raise ValueError(error.message) from None
        return with_tag(value) if name == "shop.id" else value

    return Question(name, text, offered, example, read=read)


def understood(name: str, answer: str) -> str:
    """An answer as the setting has it: `Português`, `Webstore`, `25/11/2026`, an address without https://."""
    told = answer.strip()
    if name == "language":
        return _language(told)
    if name == "orders.since":
        return _day(told)
    if name in ADDRESSES and "://" not in told and "." in told:
        return f"https://{told}"
    if name in ("shop.kind", "orders.paid_differs", "orders.rounding"):
        return KINDS.get(folded(told), folded(told))
    return told


def _language(told: str) -> str:
    word = folded(told)
    return "pt-BR" if word.startswith(("pt", "por")) else "en" if word.startswith(("en", "ing")) else told


def _day(told: str) -> str:
    found = DAY.fullmatch(told)
    if not found:
        return told
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return told


def _needed(answer: str, name: str, settings: Settings) -> str:
    """An answer; raises ValueError for none."""
    if answer:
        return answer
    if name.startswith("["):
        text = _("{name} is missing: answer the question, or set it in {file}.")
    else:
        text = _("{name} is missing: answer the question, or set it in the environment.")
    raise ValueError(text.format(name=name, file=settings.config_file))


def _name_of(settings: Settings) -> str:
    """What the shop may be called: by its own address or its profile, never by the server of its API."""
    host = (urlsplit(settings.text("shop.url")).hostname or "").removeprefix("www.")
    own = host.partition(".")[0] if host not in LOOPBACK else ""
    return own or profiles.of(settings.home)[1] or "loja"


def with_tag(name: str) -> str:
    """A shop's name with a tag that no other home has, `minha-loja-k3f7`; one that has a tag stays.

    So no other installation that writes into this ERP is called like it.
    """
    tag = "".join(secrets.choice(signs) for signs in TAG_OF)
    return name if is_tagged(name) else f"{name}-{tag}"
