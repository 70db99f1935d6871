"""What the settings say of the money that comes for sales, in a shopkeeper's words."""

from collections.abc import Mapping
from datetime import date

from contaazul_sync.core.money import plain, written
from contaazul_sync.core.receivables import Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.words import _
from contaazul_sync.home.settings import Settings


def left_open() -> str:
    """What it means that nothing is settled."""
    return _(
        "what comes in for sales is not settled: it stays to be received in the ERP until somebody does it"
        ' there. To have it done, for each way of paying: [payments.pix] settle = "paid"'
    )


def settled(settings: Settings, since: Mapping[str, date]) -> dict[str, str]:
    """When each way of paying is settled, by its word. `since`: from which day on, as far as that began."""
    ways = {word: rule for word, rule in sorted(settings.payments.items()) if rule.is_settled}
    return {word: _said(rule, since.get(word)) for word, rule in ways.items()}


def _said(rule: PaymentRule, since: date | None) -> str:
    when = {
        Settle.PAID: _("on the day of the payment"),
        Settle.DUE: _("each part on its due date"),
        Settle.PAYOUT: _("by the statements of the gateway (contaazul-sync payouts FILE)"),
    }[rule.settle]
    begun = _("sales since {day}").format(day=f"{since:%d/%m/%Y}") if since else _("sales from today on")
    text = _("{sales}: {when}, on {account}")
    told = text.format(sales=begun, when=when, account=rule.account)
    return told + _fee(rule)


def _fee(rule: PaymentRule) -> str:
    """What the gateway keeps, where the merchant said it. A statement tells its own."""
    kept = [f"{plain(rule.fee_percent)}%"] if rule.fee_percent else []
    kept += [written(rule.fee_fixed)] if rule.fee_fixed else []
    if not kept or rule.settle is Settle.PAYOUT:
        return ""
    return _(", less {fee}").format(fee=" + ".join(kept))
