"""The tables that a merchant may write in `config.toml`: `[payments]` and `[kits]`.

[payments.pix]
type = "PIX_PAGAMENTO_INSTANTANEO"      the ERP's `tipo_pagamento`
account = "Banco Azul"                  the name, or the id, of one of the ERP's accounts
category = "..."  cost_center = "..."  seller = "..."
terms = [30, 60]                        days after the payment at which the parts are due; or
first_due_days = 30                     those until the first one, the buyer's others a month apart each
settle = "paid"                         when its money has come: never, paid, due or payout
fee_percent = "0.99"  fee_fixed = "0.40"    what the gateway keeps: of each part; once an order, in reais

[kits.KIT-PRESENTE]
CANECA-IPE = 1
CADERNO-A5 = 2
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeGuard

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.methods import PAYMENT_KINDS, payment_word
from contaazul_sync.core.money import HUNDRED, decimal
from contaazul_sync.core.receivables import Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.words import _

TEXTS = ("type", "account", "category", "cost_center", "seller")


def payments(table: object, origin: str) -> Mapping[str, PaymentRule]:
    """What the merchant says of each way of paying, by the shop's word for it. Raises ConfigError."""
    return {
        payment_word(method): _payment(f"[payments.{method}]", rule, origin)
        for method, rule in _sections(table, "payments", origin).items()
    }


def _payment(name: str, rule: Mapping[str, object], origin: str) -> PaymentRule:
    for key, value in rule.items():
        if key not in (*TEXTS, "terms", "first_due_days", "settle", "fee_percent", "fee_fixed"):
            text = _("There is no setting {name}, as in {origin}. Correct it.")
            raise ConfigError(text.format(name=f"{name} {key}", origin=origin))
        if key in TEXTS and not isinstance(value, str):
            raise ConfigError.of_value(f"{name} {key}", origin, value, _("it has to be text, in quotes"))
    kind = rule.get("type", "")
    if kind and kind not in PAYMENT_KINDS:
        why = _("it has to be one of: {words}").format(words=", ".join(PAYMENT_KINDS))
        raise ConfigError.of_value(f"{name} type", origin, kind, why)
    texts = {key: str(rule.get(key, "")).strip() for key in TEXTS}
    terms = _terms(name, rule.get("terms", []), origin)
    first = _first_due(name, rule.get("first_due_days"), origin)
    if terms and first is not None:
        why = _("it cannot stand beside terms, which say when each part is due")
        raise ConfigError.of_value(f"{name} first_due_days", origin, first, why)
    settle = _settle(name, rule, origin)
    percent, fixed = _fees(name, rule, origin)
    return PaymentRule(
        **texts, terms=terms, first_due_days=first, settle=settle, fee_percent=percent, fee_fixed=fixed
    )


def _settle(name: str, rule: Mapping[str, object], origin: str) -> Settle:
    told = rule.get("settle", Settle.NEVER.value)
    if told not in [*Settle]:
        why = _("it has to be one of: {words}").format(words=", ".join(Settle))
        raise ConfigError.of_value(f"{name} settle", origin, told, why)
    if told != Settle.NEVER and not str(rule.get("account", "")).strip():
        why = _('it needs the account where the money arrives, as in account = "Mercado Pago"')
        raise ConfigError.of_value(f"{name} settle", origin, told, why)
    return Settle(str(told))


def _fees(name: str, rule: Mapping[str, object], origin: str) -> tuple[Decimal, int]:
    """What the gateway keeps: a percentage, and centavos. Raises ConfigError."""
    why = _("it has to be a percentage from 0 to below 100, in quotes, as in {example}").format(
        example='"4.98"'
    )
    percent = _number(f"{name} fee_percent", rule.get("fee_percent", "0"), origin, why)
    if percent >= HUNDRED:
        raise ConfigError.of_value(f"{name} fee_percent", origin, rule["fee_percent"], why)
    why = _("it has to be an amount in reais, in quotes, as in {example}").format(example='"0.40"')
    fixed = _number(f"{name} fee_fixed", rule.get("fee_fixed", "0"), origin, why) * HUNDRED
    if fixed % 1:
        raise ConfigError.of_value(f"{name} fee_fixed", origin, rule["fee_fixed"], why)
    return percent, int(fixed)


def _number(name: str, value: object, origin: str, why: str) -> Decimal:
    """A number that is not below zero, as text or, since TOML's are read exactly here, as a number."""
    try:
        number = decimal(value)
    except ValueError:
        raise ConfigError.of_value(name, origin, value, why) from None
    if number < 0:
        raise ConfigError.of_value(name, origin, value, why)
    return number


def _first_due(name: str, value: object, origin: str) -> int | None:
    if value is None or _is_days(value):
        return value
    why = _("it has to be a number of days, from 0 to 3650")
    raise ConfigError.of_value(f"{name} first_due_days", origin, value, why)


def _is_days(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 3650


def _terms(name: str, value: object, origin: str) -> tuple[int, ...]:
    days = value if isinstance(value, list) else [value]
    if not all(map(_is_days, days)):
        why = _("it has to be a list of days, as in [30, 60]")
        raise ConfigError.of_value(f"{name} terms", origin, value, why)
    return tuple(sorted(days))


def kits(table: object, origin: str) -> Mapping[str, tuple[tuple[str, Decimal], ...]]:
    """What each kit is made of: SKUs and quantities, by the kit's own SKU. Raises ConfigError."""
    return {
        sku: tuple(_part(f"[kits.{sku}] {part}", part, quantity, origin) for part, quantity in parts.items())
        for sku, parts in _sections(table, "kits", origin).items()
    }


def _part(name: str, sku: str, quantity: object, origin: str) -> tuple[str, Decimal]:
    try:
        number = decimal(quantity)
    except ValueError:
        number = Decimal(0)
    if number <= 0 or number != int(number):
        raise ConfigError.of_value(name, origin, quantity, _("it has to be a whole number above zero"))
    return sku, number


def _sections(table: object, name: str, origin: str) -> Mapping[str, Mapping[str, object]]:
    if not isinstance(table, dict) or not all(isinstance(rule, dict) and rule for rule in table.values()):
        text = _("[{name}] in {origin} has to hold sections, as in [{name}.NAME].")
        raise ConfigError(text.format(name=name, origin=origin))
    return table
