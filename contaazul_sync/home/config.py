"""The settings: `config.toml` and its environment twins, read once into frozen values.

Every key has a twin `CONTAAZUL_SYNC_<SECTION>__<KEY>` in the environment, which wins. Secrets are never
here (see credentials). A bad or unknown key is an error that names the key and where it came from.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.money import decimal
from contaazul_sync.core.words import _

if TYPE_CHECKING:
    from contaazul_sync.core.rules import PaymentRule, Rules

PREFIX = "CONTAAZUL_SYNC_"
SHOP_API = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def home_directory(environ: Mapping[str, str]) -> Path:
    """The directory of everything the tool keeps: settings, state, secrets, locks and log."""
    if given := environ.get(f"{PREFIX}HOME"):
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - only where no home is given

    return user_data_path("contaazul-sync", appauthor=False)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(_("it has to be text, in quotes"))
    return value.strip()


def _url(value: object) -> str:
    text = _text(value).rstrip("/")
    parsed = urlsplit(text)
    if parsed.scheme == "https" and parsed.hostname:
        return text
    if parsed.scheme == "http" and parsed.hostname in LOOPBACK:
        return text
    raise ValueError(_("it has to be an address that begins with https://"))


def _redirect(value: object) -> str:
    text = _text(value)  # byte for byte what is registered: a slash at the end counts
    if not urlsplit(text).scheme:
        raise ValueError(_("it has to be the redirect address that is registered for your application"))
    return text


def _percent(value: object) -> Decimal:
    number = decimal(value.replace("%", "") if isinstance(value, str) else value)
    if not -90 <= number <= 1000:
        raise ValueError(_("it has to be between -90 and 1000"))
    return number


def _seconds(value: object) -> int:
    number = decimal(value)
    if number != int(number) or number < 0:
        raise ValueError(_("it has to be a whole number of seconds"))
    return int(number)


def _rate(value: object) -> Decimal:
    number = decimal(value)
    if not 0 < number <= 10:
        raise ValueError(_("it has to be above 0 and at most 10"))
    return number


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError(_("it has to be a day, written as 2026-11-30")) from None


def _words(value: object) -> str:
    """Words with commas between them, or a list of them."""
    told = value if isinstance(value, list) else _text(value).split(",")
    words = [_text(word) for word in told]
    if not all(words):
        raise ValueError(_("it has to be words with commas between them"))
    return ",".join(words)


def _one_of(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError(_("it has to be one of: {words}").format(words=", ".join(choices)))
        return str(value)

    return parse


def _language(value: object) -> str:
    told = _text(value).replace("_", "-")
    for known in ("", "pt-BR", "en"):
        if told.lower() == known.lower():
            return known
    raise ValueError(_("it has to be pt-BR or en"))


# Each setting: how it is read and checked, and its default. The README explains them.
SETTINGS: Mapping[str, tuple[Callable[[object], object], object]] = {
    "erp.client_id": (_text, ""),
    "erp.redirect_uri": (_redirect, ""),
    "erp.authorize_url": (_url, "https://login.contaazul.com/#/oauth/authorize"),
    "erp.token_url": (_url, "https://api-v2.contaazul.com/oauth/token"),
    "erp.api_url": (_url, "https://api-v2.contaazul.com"),
    "erp.search_grace_seconds": (_seconds, 3600),
    "erp.requests_per_second": (_rate, Decimal("9.6")),
    "shop.kind": (_one_of("webstore", "woocommerce"), "webstore"),
    "shop.url": (_url, ""),
    "shop.api_url": (_url, ""),
    "shop.profile": (_text, ""),
    "shop.catalogue": (_one_of("api", "storefront"), ""),
    "shop.storefront_url": (_url, "https://apilojaws.wslojas.com.br/api-loja-v2"),
    "shop.paid_statuses": (_words, "processing,completed"),
    "shop.unpaid_statuses": (_words, ""),
    "shop.id": (_text, ""),
    "shop.requests_per_second": (_rate, Decimal(5)),
    "prices.adjustment_percent": (_percent, Decimal(0)),
    "prices.source": (_one_of("promotional", "regular"), "promotional"),
    "orders.since": (_date, None),
    "orders.sale_status": (_one_of("APROVADO", "EM_ANDAMENTO"), "APROVADO"),
    "orders.paid_differs": (_one_of("hold", "book"), "hold"),
    "orders.consumer": (_text, ""),
    "orders.on_cancel": (_one_of("report", "cancel"), "report"),
    "stock.shop_takes_stock_at": (_one_of("payment", "order"), "payment"),
    "credentials.backend": (_one_of("auto", "keyring", "file"), "auto"),
    "alerts.ping_url": (_url, ""),
    "alerts.notify": (_text, ""),
    "language": (_language, ""),
}


@dataclass(frozen=True)
class Settings:
    """All settings; `values` by their dotted names."""

    home: Path
    values: Mapping[str, object] = field(default_factory=dict)
    payments: "Mapping[str, PaymentRule]" = field(default_factory=dict)
    kits: Mapping[str, tuple[tuple[str, Decimal], ...]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)  # where each setting that is given comes from

    def text(self, name: str) -> str:
        """A setting that is text."""
        return str(self.values[name])

    def words(self, name: str) -> frozenset[str]:
        """A setting that is words with commas between them."""
        return frozenset(filter(None, self.text(name).split(",")))

    def number(self, name: str) -> Decimal:
        """A setting that is a number."""
        return decimal(self.values[name])

    def need(self, name: str) -> str:
        """A setting that has no default. Raises ConfigError when it is not given."""
        if value := self.text(name):
            return value
        raise ConfigError(
            _("{name} is missing in {file}. Run: contaazul-sync auth (it asks for it).").format(
                name=shown(name), file=self.config_file
            )
        )

    @property
    def config_file(self) -> Path:
        """Where the settings are."""
        return self.home / "config.toml"

    @property
    def state_file(self) -> Path:
        """Where the state is."""
        return self.home / "state.db"

    @property
    def profile_file(self) -> Path | None:
        """The merchant's own shop profile, or None for the one in the package."""
        name = self.text("shop.profile")
        return self.home / Path(name).expanduser() if name else None

    @property
    def shop_id(self) -> str:
        """The shop's name inside the ERP's sales: the setting, else the host of its API, or its own."""
        address = self.text("shop.api_url") or self.text("shop.url")
        named = self.text("shop.id") or urlsplit(address).hostname or "shop"
        return re.sub(r"[^\w.\-]", "-", named)

    def catalogue(self, *, has_token: bool) -> str:
        """Where the products of a Webstore shop are read: at its merchant "api", or its "storefront"."""
        if told := self.text("shop.catalogue"):
            return told
        has_api = has_token and bool(self.text("shop.api_url"))
        return "storefront" if self.text("shop.url") and not has_api else "api"

    @property
    def needs_token(self) -> bool:
        """Whether the shop cannot be read without a secret."""
        return self.text("shop.kind") == "woocommerce" or self.catalogue(has_token=False) != "storefront"

    def need_shop(self) -> None:
        """Raises ConfigError where the settings do not say which shop it is."""
        if self.text("shop.kind") == "woocommerce":
            self.need("shop.api_url" if self.text("shop.api_url") else "shop.url")
        elif self.catalogue(has_token=True) == "storefront":
            self.need("shop.url")
        elif not self.text("shop.url"):
            self.need("shop.api_url")

    def rules(self, first_day: date, begin: datetime | None = None) -> "Rules":
        """The settings that decide something. Without a day to send from, it is `first_day`.

        Never earlier by default: older orders may be in the ERP by hand. `begin`: no order of before that
        moment either.
        """
        from contaazul_sync.core.rules import Rules  # noqa: PLC0415 - a refused run needs no models

        since = self.values["orders.since"]
        return Rules(
            percent=self.number("prices.adjustment_percent"),
            price_source=self.text("prices.source"),
            since=since if isinstance(since, date) else first_day,
            sale_status=self.text("orders.sale_status"),
            begin=begin,
            shop_kind=self.text("shop.kind"),
            stock_taken_at=self.text("stock.shop_takes_stock_at"),
            shop_id=self.shop_id,
            paid_differs=self.text("orders.paid_differs"),
            consumer=self.text("orders.consumer"),
            on_cancel=self.text("orders.on_cancel"),
            payments=self.payments,
            kits=self.kits,
        )


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises ConfigError with the key and the file or variable that is wrong."""
    home = home_directory(environ)
    document, origin = _document(home / "config.toml"), str(home / "config.toml")
    payments, kits = document.pop("payments", {}), document.pop("kits", {})
    if payments or kits:
        from contaazul_sync.home import tables  # noqa: PLC0415 - it knows the ERP's words, which few settings need

        payments, kits = tables.payments(payments, origin), tables.kits(kits, origin)
    given = _flat(document, origin) | _from_environment(environ)
    origins = {name: where for name, (_value, where) in given.items()}
    values: dict[str, object] = {name: default for name, (_reader, default) in SETTINGS.items()}
    for name, (value, origin) in given.items():
        if name not in SETTINGS:
            text = _("There is no setting {name}, as in {origin}. Correct it.")
            raise ConfigError(text.format(name=shown(name), origin=origin))
        try:
            values[name] = _read(name, value)
        except ValueError as error:
            raise ConfigError.of_value(shown(name), origin, value, str(error)) from None
    return Settings(home, values, payments, kits, origins)


def _read(name: str, value: object) -> object:
    """A setting's value. What is empty is not given, where there may be none. Raises ValueError."""
    reader, default = SETTINGS[name]
    return default if value == default == "" else reader(value)


def check(name: str, value: object) -> None:
    """Whether a setting takes a value. Raises ConfigError, with the settings that are called nearly so."""
    if name not in SETTINGS:
        from difflib import get_close_matches  # noqa: PLC0415

        near = get_close_matches(name, SETTINGS, n=3, cutoff=0.5)
        like = _(" Is it {names}?").format(names=_(" or ").join(near)) if near else ""
        raise ConfigError(_("There is no setting {name}.").format(name=name) + like)
    try:
        _read(name, value)
    except ValueError as error:
        raise ConfigError(
            _("{name} cannot be {value}: {why}.").format(name=shown(name), value=repr(value), why=error)
        ) from None


def twin(name: str) -> str:
    """A setting's name in the environment."""
    return PREFIX + name.upper().replace(".", "__")


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(_("{file} cannot be read: {error}.").format(file=path, error=error)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_("{file} is not valid TOML: {error}.").format(file=path, error=error)) from None


def _flat(document: Mapping[str, Any], origin: str) -> dict[str, tuple[object, str]]:
    flat: dict[str, tuple[object, str]] = {}
    for section, content in document.items():
        if isinstance(content, dict):
            flat |= {f"{section}.{key}": (value, origin) for key, value in content.items()}
        else:
            flat[section] = (content, origin)
    return flat


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    twins = {twin(name): name for name in SETTINGS}
    found: dict[str, tuple[object, str]] = {}
    for variable, value in environ.items():
        if variable in twins:
            found[twins[variable]] = (value, _("the variable {name}").format(name=variable))
        elif variable.startswith(PREFIX) and "__" in variable:
            text = _("The variable {name} is no setting's twin. Take it out or correct it.")
            raise ConfigError(text.format(name=variable))
    return found


def shown(name: str) -> str:
    """A setting's name as it stands in the file: `[erp] client_id`."""
    section, _dot, key = name.rpartition(".")
    return f"[{section}] {key}" if section else key


def write(path: Path, values: Mapping[str, str]) -> None:
    """Set some keys in the file and leave the rest of it, comments too, as it is."""
    import tomlkit  # noqa: PLC0415 - only `auth` writes settings

    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    for name, value in values.items():
        section, _dot, key = name.rpartition(".")
        if not section:
            document[key] = value
            continue
        if section not in document:
            document[section] = tomlkit.table()
        document[section][key] = value
    replace(path, tomlkit.dumps(document))


def replace(path: Path, text: str) -> None:
    """Write a file for its owner alone, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
