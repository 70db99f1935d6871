"""Which prices are sent, and which are kept back."""

from collections.abc import Iterable, Iterator, Set

from contaazul_sync.core.drafts.products import price_problem
from contaazul_sync.core.fingerprints import SAFETY, fingerprint, problem_mark
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.money import written
from contaazul_sync.core.plan.actions import Hold, SendPrice, Skip
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.products import Link, Product
from contaazul_sync.core.words import Said, _, quoted


def plan_prices(
    pairs: Iterable[tuple[Product, Link]], facts: Facts, held: Set[ShopKey] = frozenset()
) -> Iterator[SendPrice | Hold | Skip]:
    """The linked products whose price in the ERP is not the shop's with the percentage, as last sent.

    `held`: those whose price the safety check holds back.
    """
    for product, link in pairs:
        if product.gone:
            continue
        if link.missing:
            yield from _missing(product, link, facts.known)
            continue
        price = facts.rules.price(product.price, product.promotional)
        if price == link.sent and not product.problem:
            continue
        version = price_version(price, product.problem)
        if not facts.known.ignores(Kind.PRODUCT, product.key, version):
            yield _price(product, link, price, facts, is_held=product.key in held)


def _price(
    product: Product, link: Link, price: int, facts: Facts, *, is_held: bool
) -> SendPrice | Hold | Skip:
    version = price_version(price, product.problem)
    told = product.is_priced and price != link.sent  # a stock that cannot be read does not stop a price
    problem = (None if told else product.problem) or price_problem(price)
    if problem:
        step = _("put it right in the shop; the next sync sends it")
        mark = fingerprint(version, problem)
        return Hold(Kind.PRODUCT, product.key, link.sku, Group.HELD, problem, step, mark)
    if is_held:
        return _held(product, link, facts)
    if not facts.known.may_send(Kind.PRODUCT, product.key, version, quoted("changed")):
        return Skip(Kind.PRODUCT, product.key)
    base = product.base(facts.rules.price_source)
    reason = _price_reason(product, link, facts)
    return SendPrice(product.key, link.erp_id, link.sku, base, link.sent, price, reason)


def _held(product: Product, link: Link, facts: Facts) -> Hold:
    """One of so many prices that moved at once that the shop may have gone wrong."""
    reason = _("the shop's price went from {old} to {new}, when most prices changed at once")
    base = product.base(facts.rules.price_source)
    reason = reason.format(old=written(link.base or 0), new=written(base))
    step = _("put it right in the shop; or, if all these prices are right: contaazul-sync sync --force")
    return Hold(Kind.PRODUCT, product.key, link.sku, Group.HELD, reason, step, SAFETY)


def price_version(price: int, problem: str | None) -> str:
    """A mark of a price that is to be set."""
    return fingerprint(price, problem_mark(problem))


def _missing(product: Product, link: Link, known: Known) -> Iterator[Hold]:
    version = missing_version(link)
    if not known.ignores(Kind.PRODUCT, product.key, version):
        reason, sku = _("it was deleted in the ERP"), product.sku
        step = _("contaazul-sync send-products {sku} (creates it again), link {sku} ERP-ID, or ignore {sku}")
        yield Hold(Kind.PRODUCT, product.key, sku, Group.HELD, reason, step.format(sku=sku), version)


def missing_version(link: Link) -> str:
    """A mark of a link whose twin is gone from the ERP."""
    return fingerprint("missing", link.erp_id)


def has_moved(product: Product, link: Link, facts: Facts) -> bool:
    """Whether the shop's own price is not the one that was sent last.

    That the merchant sends the other of the shop's two prices now, or has a new percentage, is no move.
    """
    source = facts.sent_source or facts.rules.price_source
    return link.base is not None and product.base(source) != link.base


def _price_reason(product: Product, link: Link, facts: Facts) -> Said:
    if link.base is None or link.sent is None:
        return _("first price sent to this product")
    if has_moved(product, link, facts):
        return _("the shop's price changed")
    is_same = product.base(facts.rules.price_source) == link.base
    return percent_changed() if is_same else _("the setting prices.source changed")


def percent_changed() -> Said:
    """A reason to send a price that a plan counts."""
    return _("the percentage changed")
