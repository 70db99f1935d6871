"""A status that a person has said the meaning of: the orders that were seen in it before mean the same."""

from contaazul_sync.core.orders import Payment
from contaazul_sync.passes.parts import Parts


def learn(parts: Parts) -> None:
    """Let kept orders mean what their statuses mean by the settings of now, without asking the shop again.

    A walk reads what changed in the shop, and these did not. An order is read anew before it is sent, so a
    status that it has left since sends nothing.
    """
    orders, means = parts.state.orders, parts.shop.means
    for before, status in orders.statuses(Payment.UNKNOWN, Payment.UNPAID):
        now = means(status)
        if now is Payment.PAID or (before is Payment.UNKNOWN and now is not before):
            orders.means(before, status, now)
