"""What a product becomes in the ERP, and why it cannot."""

from dataclasses import dataclass
from decimal import Decimal

from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.products import Details, Product
from contaazul_sync.core.words import Said, _

NAME_LIMIT, DESCRIPTION_LIMIT, SKU_LIMIT = 100, 400, 20  # the ERP's limits, in characters


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product to create: `price` in centavos, `balance` the opening balance in units."""

    sku: str
    name: str
    price: int
    balance: Decimal
    details: Details


def product_draft(product: Product, price: int, balance: Decimal) -> ProductDraft:
    """A product as it is created. Raises Unusable where the ERP could not take it."""
    problem = product_problem(product, price)
    if problem:
        raise Unusable(problem)
    return ProductDraft(product.sku, product.name[:NAME_LIMIT].strip(), price, balance, product.details)


def product_problem(product: Product, price: int) -> Said | None:
    """Why a product cannot be created at `price`, or None."""
    if product.gone:
        return _("it was deleted in the shop")
    if product.problem:
        return product.problem
    if product.listed:
        return _("the shop has not shown its page yet, which tells its stock")
    if not product.sku:
        return _("it has no SKU in the shop")
    if len(product.sku) > SKU_LIMIT:
        text = _("its SKU has {length} characters; the ERP takes {most} at most")
        return text.format(length=len(product.sku), most=SKU_LIMIT)
    if not product.name.strip():
        return _("it has no name in the shop")
    return price_problem(price)


def price_problem(price: int) -> Said | None:
    """Why a price cannot be sent, or None."""
    return _("its price would be zero") if price <= 0 else None
