"""Which of the chosen products are created now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from contaazul_sync.core.drafts.products import product_problem
from contaazul_sync.core.fingerprints import fingerprint, problem_mark
from contaazul_sync.core.ids import ShopKey
from contaazul_sync.core.items import Group, Kind
from contaazul_sync.core.plan.actions import CreateProduct, Hold, Skip
from contaazul_sync.core.plan.facts import Facts, Known
from contaazul_sync.core.plan.orders import no_own_sku
from contaazul_sync.core.plan.units import opening_balance
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import Said, _

MOST_WAIT = timedelta(hours=6)  # for a stock that counts every order of a product


def plan_products(
    queue: Iterable[ShopKey], products: Mapping[ShopKey, Product], facts: Facts
) -> Iterator[CreateProduct | Hold | Skip]:
    """The queued products that go out now.

    The opening balance is the one chance to set the ERP's stock: the shop's stock and the units of orders
    that will still become sales (`pending`), since those sales will lower it. `moving` products wait until
    the stock that the shop tells counts their orders.
    """
    for key in queue:
        product = products.get(key)
        if product is None:
            continue
        price = facts.rules.price(product.price, product.promotional)
        version = product_version(product, price)
        if not facts.known.ignores(Kind.PRODUCT, key, version):
            yield _product(product, price, version, facts)


def _product(product: Product, price: int, version: str, facts: Facts) -> CreateProduct | Hold | Skip:
    key, same = product.key, facts.same_sku.get(product.sku, 0)
    problem = product_problem(product, price)
    if problem is None and same > 1:
        problem = _("{n} products of the shop have the SKU {sku}").format(n=same, sku=product.sku)
        if product.sku in facts.inherited:
            problem = no_own_sku([product.sku])
    if problem:
        step = _("put it right in the shop; the next sync sends it")
        return _hold(product, problem, step, fingerprint(version, problem))
    if key in facts.unshown:
        problem = _("the shop does not show it just now, and what is known of its stock may be old")
        step = _("nothing to do: the next sync asks again")
        return _hold(product, problem, step, fingerprint(version, "unshown"))
    if key in facts.moving and not _has_waited(facts.known, key):
        problem = _("it was ordered just now, and the stock that the shop tells may be older")
        step = _("nothing to do: a later sync sends it")
        return _hold(product, problem, step, fingerprint(version, "moving"))
    if reason := facts.known.may_send(Kind.PRODUCT, key, version, _("chosen with send-products")):
        return CreateProduct(product, price, opening_balance(product, facts.pending), reason)
    return Skip(Kind.PRODUCT, key)


def _hold(product: Product, problem: Said, step: Said, version: str) -> Hold:
    name = product.sku or product.key
    return Hold(Kind.PRODUCT, product.key, name, Group.HELD, problem, step, version)


def product_version(product: Product, price: int) -> str:
    """A mark of what a product is created from."""
    problem = problem_mark(product.problem)
    sku, name, description = product.words
    details = replace(product.details, description=description)
    return fingerprint(sku, name, price, details, product.gone, problem)


def _has_waited(known: Known, key: ShopKey) -> bool:
    """Whether a product is kept back for so long that one which sells all the time would never be created."""
    failure = known.failures.get((Kind.PRODUCT, key))
    return failure is not None and failure.group is Group.HELD and known.now - failure.since >= MOST_WAIT
