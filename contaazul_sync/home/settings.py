"""The settings, as frozen values. Secrets are never here (see credentials)."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.money import decimal
from contaazul_sync.core.words import _
from contaazul_sync.home import readers

if TYPE_CHECKING:
    from contaazul_sync.core.rules import PaymentRule, Rules

PREFIX = "CONTAAZUL_SYNC_"


def home_directory(environ: Mapping[str, str]) -> Path:
    """The directory of everything the tool keeps: settings, state, secrets, locks and log.

    Raises ConfigError where this user has none: a folder below the one that we happen to be in is no home.
    """
    if given := environ.get(f"{PREFIX}HOME"):
        try:
            return Path(given).expanduser().absolute()
        except RuntimeError:
            text = _("The variable {name} begins with the home directory of a user whom nobody knows.")
            raise ConfigError(text.format(name=f"{PREFIX}HOME")) from None
    from platformdirs import user_data_path  # noqa: PLC0415 - only where no home is given

    with suppress(RuntimeError):  # what it raises, or it gives a path that begins with ~
        found = user_data_path("contaazul-sync", appauthor=False)
        if found.is_absolute():
            return found
    text = _("The home directory of this user is not known. Set {name} to a folder, beginning with /.")
    raise ConfigError(text.format(name=f"{PREFIX}HOME"))


# Each setting: how it is read and checked, and its default. The README explains them.
SETTINGS: Mapping[str, tuple[Callable[[object], object], object]] = {
    "erp.client_id": (readers.text, ""),
    "erp.redirect_uri": (readers.redirect, ""),
    "erp.authorize_url": (readers.address, "https://login.contaazul.com/#/oauth/authorize"),
    "erp.token_url": (readers.address, "https://api-v2.contaazul.com/oauth/token"),
    "erp.api_url": (readers.address, "https://api-v2.contaazul.com"),
    "erp.search_grace_seconds": (readers.seconds, 3600),
    "erp.requests_per_second": (readers.rate, Decimal("9.6")),
    "shop.kind": (readers.one_of("webstore", "woocommerce"), "webstore"),
    "shop.url": (readers.address, ""),
    "shop.api_url": (readers.address, ""),
    "shop.profile": (readers.text, ""),
    "shop.catalogue": (readers.one_of("api", "storefront", "files"), ""),
    "shop.orders": (readers.one_of("api", "files"), ""),
    "shop.files.folder": (readers.text, "inbox"),
    "shop.files.mapping": (readers.text, "mapping.toml"),
    "shop.files.zone": (readers.zone, "America/Sao_Paulo"),
    "shop.storefront_url": (readers.address, "https://apilojaws.wslojas.com.br/api-loja-v2"),
    "shop.paid_statuses": (readers.some_words, "processing,completed"),
    "shop.unpaid_statuses": (readers.some_words, ""),
    "shop.document_fields": (readers.some_words, ""),
    "shop.id": (readers.text, ""),
    "shop.requests_per_second": (readers.rate, Decimal(5)),
    "prices.adjustment_percent": (readers.percent, Decimal(0)),
    "prices.source": (readers.one_of("promotional", "regular"), "promotional"),
    "orders.since": (readers.day, None),
    "orders.sale_status": (readers.one_of("APROVADO", "EM_ANDAMENTO"), "APROVADO"),
    "orders.paid_differs": (readers.one_of("hold", "book", "split"), "hold"),
    "orders.paid_differs_limit": (readers.share, Decimal(20)),
    "orders.rounding": (readers.one_of("hold", "absorb"), "hold"),
    "orders.consumer": (readers.text, ""),
    "orders.update_customers": (readers.one_of("fill", "shop", "never"), "fill"),
    "orders.on_cancel": (readers.one_of("report", "cancel"), "report"),
    "stock.shop_takes_stock_at": (readers.one_of("payment", "order"), "payment"),
    "credentials.backend": (readers.one_of("auto", "keyring", "file"), "auto"),
    "payouts.mapping": (readers.text, "mercado_pago"),
    "alerts.ping_url": (readers.address, ""),
    "alerts.notify": (readers.text, ""),
    "status.html": (readers.text, ""),
    "language": (readers.language, ""),
}


# Whoever knows these can write in the merchant's name: no value of them is ever shown.
SECRET = ("alerts.ping_url", "alerts.notify")


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
        return self.place("shop.profile") if self.text("shop.profile") else None

    def place(self, name: str) -> Path:
        """A setting that is a file or a folder, in the home where it does not say another place."""
        value = self.text(name)
        try:
            return self.home / Path(value).expanduser()
        except RuntimeError:
            why = _("it begins with the home directory of a user whom nobody knows")
            raise ConfigError.of_value(shown(name), str(self.config_file), value, why) from None

    @property
    def shop_id(self) -> str:
        """The shop's name inside the ERP's sales: the setting, else the host of its API, or its own."""
        address = self.text("shop.api_url") or self.text("shop.url")
        named = self.text("shop.id") or urlsplit(address).hostname or "shop"
        return re.sub(r"[^\w.\-]", "-", named)

    def catalogue(self, *, has_token: bool) -> str:
        """Where the products of a Webstore shop are read: merchant "api", "storefront" or "files"."""
        if told := self.text("shop.catalogue"):
            return told
        has_api = has_token and bool(self.text("shop.api_url"))
        return "storefront" if self.text("shop.url") and not has_api else "api"

    @property
    def from_files(self) -> frozenset[str]:
        """What of the shop is read from files: "orders", "catalogue", both or nothing."""
        return frozenset(what for what in ("orders", "catalogue") if self.text(f"shop.{what}") == "files")

    @property
    def orders_kind(self) -> str:
        """What the orders are read from: "files", else the kind of shop."""
        return "files" if "orders" in self.from_files else self.text("shop.kind")

    @property
    def needs_token(self) -> bool:
        """Whether the shop cannot be read without a secret."""
        if self.text("shop.catalogue") == "files":
            return self.text("shop.orders") != "files"
        return self.text("shop.kind") == "woocommerce" or self.catalogue(has_token=False) != "storefront"

    def need_shop(self) -> None:
        """Raises ConfigError where the settings do not say which shop it is."""
        if len(self.from_files) == 2:
            self.need("shop.id")
        elif self.text("shop.kind") == "woocommerce":
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
            orders_kind=self.orders_kind,
            shop_kind=self.text("shop.kind"),
            stock_taken_at=self.text("stock.shop_takes_stock_at"),
            shop_id=self.shop_id,
            paid_differs=self.text("orders.paid_differs"),
            paid_differs_limit=self.number("orders.paid_differs_limit"),
            rounding=self.text("orders.rounding"),
            consumer=self.text("orders.consumer"),
            on_cancel=self.text("orders.on_cancel"),
            update_customers=self.text("orders.update_customers"),
            payments=self.payments,
            kits=self.kits,
        )


def told(name: str, value: object) -> str:
    """A setting's value as it may be shown."""
    if name in SECRET and value:
        return str(value).partition("://")[0] + "://..." if "://" in str(value) else "..."
    return "-" if value in ("", None) else str(value)


def shown(name: str) -> str:
    """A setting's name as it stands in the file: `[erp] client_id`."""
    section, _dot, key = name.rpartition(".")
    return f"[{section}] {key}" if section else key
