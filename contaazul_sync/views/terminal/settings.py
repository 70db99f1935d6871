"""The settings, each with its value and where that comes from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.text import Text

from contaazul_sync.core.money import plain, reais
from contaazul_sync.core.words import _
from contaazul_sync.home.settings import told
from contaazul_sync.views.terminal.tables import Column, Fitting, Kind

if TYPE_CHECKING:
    from contaazul_sync.home.credentials import Secrets
    from contaazul_sync.home.settings import Settings


def settings_view(settings: "Settings", secrets: "Secrets") -> RenderableType:
    """Each setting with its value and where that comes from; of a secret only whether it is there."""
    table = Fitting(
        Column(_("setting"), Kind.WORD), Column(_("value"), Kind.TEXT), Column(_("from"), Kind.WORD)
    )
    for name, value in settings.values.items():
        origin = settings.origins.get(name, _("default")).replace(str(settings.config_file), "config.toml")
        table.add(name, told(name, value), origin)
    for name, value in _tables(settings):
        table.add(name, value, "config.toml")
    for name, secret in (
        (_("client secret"), secrets.client_secret),
        (_("shop's token"), secrets.shop_token),
    ):
        table.add(name, _("is set") if secret else "-", _("the secrets"))
    return Lines(Text(str(settings.config_file), style="dim"), table)


def _tables(settings: "Settings") -> Iterable[tuple[str, str]]:
    """The tables of the settings, a line each, as they stand in the file."""
    for name, rule in settings.payments.items():
        fee = {"fee_fixed": reais(rule.fee_fixed)} if rule.fee_fixed else {}
        given = rule.said | fee
        yield f"payments.{name}", ", ".join(f"{key} = {_list(value)}" for key, value in given.items())
    for sku, parts in settings.kits.items():
        yield f"kits.{sku}", ", ".join(f"{plain(quantity)} x {part}" for part, quantity in parts)


def _list(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)
