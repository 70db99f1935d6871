"""What a pass did, and what it has to tell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contaazul_sync.core import words
from contaazul_sync.core.drafts.sales import SaleDraft
from contaazul_sync.core.exits import OK
from contaazul_sync.core.fingerprints import SAFETY
from contaazul_sync.core.ids import OrderId
from contaazul_sync.core.items import Kind
from contaazul_sync.core.money import written
from contaazul_sync.core.plan.actions import Balance, Plan
from contaazul_sync.core.words import NOTHING, Said, _, joined, ngettext
from contaazul_sync.passes.coverage import Covered
from contaazul_sync.passes.seen import Seen

MANY = 20  # products that a line names


@dataclass
class Report:
    """What a pass did. `outcome` is the exit code.

    `begun`: when its row among the runs was; `kept`: that says how it ended. `orders_went`: nothing stood in
    the way of the orders.
    """

    outcome: int = OK
    begun: datetime | None = None
    kept: bool = False
    orders_went: bool = False
    message: Said = NOTHING
    plan: Plan = field(default_factory=Plan)
    drafts: dict[OrderId, SaleDraft] = field(default_factory=dict)  # of a dry run
    uneven: list[Balance] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)  # as `core/deeds` has it
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)  # said in cron's mail, too
    safety: list[Said] = field(default_factory=list)  # what the safety checks hold back

    def once_a_day(self, seen: Seen, text: str) -> None:
        """Say something always where somebody looks on, and in cron's mail once a day."""
        (self.warnings if seen.full else self.notes).append(text)

    def hold_listing(self, seen: Seen) -> None:
        """What vanished from the shop's listing, where that is too much to be believed."""
        if not seen.doubted:
            return
        if seen.is_empty:
            text = _("The shop lists no product at all, and it had {n}: none of them counts as deleted.")
            text = text.format(n=seen.was_listed)
        else:
            text = ngettext(
                "{n} product of the ERP is not in the shop any more, most of them at once: none counts as"
                " deleted.",
                "{n} products of the ERP are not in the shop any more, most of them at once: none counts as"
                " deleted.",
                len(seen.vanished),
            ).format(n=len(seen.vanished))
        self.safety.append(joined(text, _look()))

    def hold_prices(self, made: Plan) -> None:
        """How many prices the safety check holds back."""
        count = sum(hold.fingerprint == SAFETY for hold in made.holds)
        if count:
            text = ngettext(
                "{n} price is held back, since most prices changed in the shop at once; all else goes on.",
                "{n} prices are held back, since most prices changed in the shop at once; all else goes on.",
                count,
            )
            self.safety.append(joined(text.format(n=count), _look()))

    def tell_arrived(self, number: int) -> None:
        """So many items whose answers were lost had arrived."""
        if number:
            text = ngettext(
                "{n} item in doubt had arrived in the ERP.",
                "{n} items in doubt had arrived in the ERP.",
                number,
            )
            self.notes.append(text.format(n=number))

    def tell_anew(self, skus: Sequence[str]) -> None:
        """Products that were made anew in the shop."""
        if skus:
            text = ngettext(
                "{n} product was made anew in the shop and stays linked: {skus}. Its price and stock follow.",
                "{n} products were made anew in the shop and stay linked: {skus}. Prices and stock follow.",
                len(skus),
            )
            some = ", ".join(skus[:MANY]) + (" ..." if len(skus) > MANY else "")
            self.warnings.append(text.format(n=len(skus), skus=some))

    def tell_covered(self, covered: Covered) -> None:
        """Orders that were sales already, and sales that the ERP listed and did not show."""
        if covered.adopted:
            text = ngettext(
                "{n} order was a sale in the ERP already.",
                "{n} orders were sales in the ERP already.",
                covered.adopted,
            )
            self.notes.append(text.format(n=covered.adopted))
        for number in covered.hidden:
            text = _("The ERP lists sale {number} and does not show it: it was passed over.")
            self.notes.append(text.format(number=number))

    def tell_received(self, parts: int, orders: int, gross: int, fees: int) -> None:
        """What was settled, in parts of so many orders; the amounts in centavos."""
        if parts:
            text = ngettext(
                "Received {sum} in {n} part of {orders}, less {fees} of fees.",
                "Received {sum} in {n} parts of {orders}, less {fees} of fees.",
                parts,
            )
            told = text.format(sum=written(gross), n=parts, orders=words.orders(orders), fees=written(fees))
            self.notes.append(told)

    def tell_unread(self, seen: Seen) -> None:
        """What of the shop could not be read."""
        if seen.unread:
            text = ngettext(
                "{n} product of the shop did not show this time: it stays as it was.",
                "{n} products of the shop did not show this time: they stay as they were.",
                seen.unread,
            )
            self.once_a_day(seen, text.format(n=seen.unread))
        if seen.without_id:
            text = ngettext(
                "{n} row of the shop had no id and could not be read.",
                "{n} rows of the shop had no id and could not be read.",
                seen.without_id,
            )
            self.notes.append(text.format(n=seen.without_id))

    def tell_miscounted(self, kinds: Iterable[Kind], *, due: bool) -> None:
        """The lists that do not show as many rows as the shop tells, or not always the same ones.

        `due`: in cron's mail, too.
        """
        orders = _(
            "The shop's list of orders does not show what it tells (read twice): orders may be missing. The"
            " next sync reads them all again. If this goes on, send this line to the shop's support."
        )
        products = _(
            "The shop's list of products does not show what it tells (read twice): products may be missing,"
            " and none counts as deleted by it. If this goes on, send this line to the shop's support."
        )
        told = [products if kind is Kind.PRODUCT else orders for kind in sorted(kinds)]
        (self.warnings if due else self.notes).extend(told)

    def tell_methods(self, unknown: Iterable[str], mixed: Iterable[str]) -> None:
        """Ways of paying that nobody said the meaning of, and those that are more than one."""
        for word in sorted(unknown):
            if not word:
                self.warnings.append(_("An order names no way of paying: booked as OUTRO."))
                continue
            text = _("The way of paying '{word}' is not known: booked as OUTRO. Set {section} type.")
            self.warnings.append(text.format(word=word, section=_section(word)))
        for word in sorted(mixed):
            text = _(
                "The way of paying '{word}' names more than one: booked as OUTRO."
                " Divide it in the ERP, or set {section} type."
            )
            self.warnings.append(text.format(word=word, section=_section(word)))


def _look() -> Said:
    return _("Look at the shop; if this is right: contaazul-sync sync --force")


def _section(word: str) -> str:
    """The merchant's section for a way of paying, quoted where TOML asks for it."""
    import tomlkit  # noqa: PLC0415 - few passes have to tell one

    return f"[payments.{tomlkit.key(word).as_string()}]"
