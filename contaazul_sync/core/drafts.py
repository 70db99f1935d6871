"""What a product, a buyer or an order becomes in the ERP, in our own words: drafts, before any JSON.

Pure. A draft is what a dry run prints and what `payloads` writes out. `Unusable` says in a shopkeeper's
words why something cannot become a draft.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser

from contaazul_sync.core.days import local_day
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.methods import payment_word
from contaazul_sync.core.models import Buyer, Details, Line, Order, PaymentRule, Product, Rules
from contaazul_sync.core.money import parts, plain, shares, written
from contaazul_sync.core.words import _

MOST_PARTS = 120  # more instalments than anybody sells, and few enough for every calendar
NAME_LIMIT, DESCRIPTION_LIMIT, SKU_LIMIT = 100, 400, 20  # the ERP's limits, in characters


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product to create: `price` in centavos, `balance` the opening balance in units."""

    sku: str
    name: str
    price: int
    balance: Decimal
    details: Details


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of a sale: `price` for one unit, in centavos, never below 1."""

    sku: str
    name: str
    quantity: Decimal
    price: int


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment, in centavos."""

    due: date
    amount: int


@dataclass(frozen=True, slots=True)
class SaleDraft:
    """A sale to create. Lines - discount + freight = total = the sum of the parts, in centavos."""

    order_id: str
    mark: str
    day: date
    lines: tuple[SaleLine, ...]
    freight: int
    discount: int
    total: int
    method: str
    parts: tuple[Part, ...]
    days: tuple[int, ...] = ()  # the merchant's own terms, in days after the payment
    payment_note: str = ""


@dataclass(frozen=True, slots=True)
class KitPart:
    """A part of a kit: how many units one kit has, and what one costs in the shop, in centavos."""

    sku: str
    name: str
    price: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Kit:
    """A product that is sold by its parts, since the ERP does not have it as one."""

    parts: tuple[KitPart, ...]


NO_KITS: Mapping[str, Kit] = {}


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A customer to create. `document` is normalised; `company` is True for a CNPJ."""

    document: str
    is_company: bool
    name: str
    trade_name: str
    email: str
    mobile: str
    notes: str
    buyer: Buyer


def mark(shop_id: str, order_id: str) -> str:
    """The text that says, inside a sale's notes, which order of which shop it is."""
    return f"[{shop_id}:pedido {order_id}]"


def marked_order(shop_id: str, notes: str) -> str | None:
    """The order of this shop that a sale's notes name, or None."""
    _before, found, rest = notes.partition(f"[{shop_id}:pedido ")
    order_id, end, _after = rest.partition("]")
    return order_id if found and end else None


def product_draft(product: Product, price: int, balance: Decimal) -> ProductDraft:
    """A product as it is created. Raises Unusable where the ERP could not take it."""
    problem = product_problem(product, price)
    if problem:
        raise Unusable(problem)
    return ProductDraft(product.sku, product.name[:NAME_LIMIT].strip(), price, balance, product.details)


def product_problem(product: Product, price: int) -> str | None:
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


def price_problem(price: int) -> str | None:
    """Why a price cannot be sent, or None."""
    return _("its price would be zero") if price <= 0 else None


def document_of(buyer: Buyer) -> str | None:
    """The buyer's CPF or CNPJ, compact and checked by its digits; None where there is none.

    Raises Unusable for one that is wrong.
    """
    text = buyer.document.strip()
    if not text:
        return None
    from stdnum.br import cnpj, cpf  # noqa: PLC0415 - slow to load, and `status` has no document to check
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    for kind in (cpf, cnpj):
        try:
            document = str(kind.validate(text))
        except ValidationError:
            continue
        if len(set(document)) > 1:  # eleven times the same digit passes the sum, and is nobody's
            return document
    raise Unusable(_("the buyer's CPF or CNPJ is not valid"))


def person_draft(buyer: Buyer, document: str) -> PersonDraft:
    """A customer from the buyer's data, without what the ERP is known to refuse."""
    is_company = len(document) > 11
    mobile = _mobile(buyer.phone)
    notes = "" if mobile or not buyer.phone.strip() else f"Telefone: {buyer.phone.strip()}"
    name = (buyer.company if is_company else "") or buyer.name or "Cliente da loja"
    trade_name = buyer.name if is_company and buyer.company else ""
    return PersonDraft(document, is_company, name, trade_name, buyer.email.strip(), mobile, notes, buyer)


def _mobile(phone: str) -> str:
    """A phone as the ERP takes it, `11988887777`, or nothing."""
    digits = "".join(filter(str.isdigit, phone))
    if len(digits) > 11 and digits.startswith("55"):
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) == 11 and digits[2] == "9" else ""


def sale_draft(order: Order, rules: Rules, kits: Mapping[str, Kit] = NO_KITS) -> SaleDraft:
    """The sale that an order becomes. Raises Unusable when its sums do not add up to the centavo.

    `kits` are those that are sold by their parts.
    """
    if order.total <= 0:
        text = _("the order's total is {total}, and the ERP takes no sale without value")
        raise Unusable(text.format(total=written(order.total)))
    if not order.lines:
        raise Unusable(_("the order has no items"))
    note = _check_sums(order, rules)
    lines, folded = _lines(_opened(order.lines, kits))
    day = local_day(order.counted_at)
    rule = rules.payments.get(payment_word(order.method), PaymentRule())
    return SaleDraft(
        order_id=order.id,
        mark=mark(rules.shop_id, order.id),
        day=day,
        lines=lines,
        freight=order.shipping + order.fees,
        discount=order.discount + folded,
        total=order.total,
        method=order.method,
        parts=_parts(order, day, rule.terms),
        days=rule.terms,
        payment_note=note,
    )


def _check_sums(order: Order, rules: Rules) -> str:
    """Hold an order whose sums differ; the note for the sale where the merchant lets a difference pass."""
    items = sum(line_total(line) for line in order.lines)
    if order.refunded:
        text = _("{amount} of its {total} was given back in the shop")
        raise Unusable(text.format(amount=written(order.refunded), total=written(order.total)))
    if min(order.shipping, order.discount, order.fees) < 0:
        raise Unusable(_("the order's freight, discount or fees are negative"))
    if items - order.discount + order.shipping + order.fees != order.total:
        raise Unusable(_uneven(order, items))
    if order.total_paid is None or order.total_paid == order.total:
        return ""
    if rules.paid_differs == "book":
        return f"Pago na loja: {written(order.total_paid)}; total do pedido: {written(order.total)}"
    text = _("the customer paid {paid} and the order's total is {total}")
    raise Unusable(text.format(paid=written(order.total_paid), total=written(order.total)))


def _uneven(order: Order, items: int) -> str:
    """How the order's sums differ. `items`: what its lines make, in centavos."""
    if order.fees:
        text = _(
            "the order does not add up: items {items} - discount {discount} + freight {freight} + fees {fees}"
            " is not its total {total}"
        )
    else:
        text = _(
            "the order does not add up: items {items} - discount {discount} + freight {freight}"
            " is not its total {total}"
        )
    return text.format(
        items=written(items),
        discount=written(order.discount),
        freight=written(order.shipping),
        fees=written(order.fees),
        total=written(order.total),
    )


def _opened(lines: tuple[Line, ...], kits: Mapping[str, Kit]) -> Iterator[Line]:
    """The lines with each kit replaced by its parts."""
    for line in lines:
        yield from kit_lines(line, kits[line.sku]) if line.sku in kits else (line,)


def kit_lines(line: Line, kit: Kit) -> Iterator[Line]:
    """A kit's line as lines of its parts, which make its amount to the centavo.

    The amount is shared out by what the parts cost in the shop; the centavos that are left go to the first
    ones. A part whose share is no whole centavo each goes as two lines, one of them a centavo dearer.
    """
    if line.quantity != int(line.quantity):
        text = _("{quantity} of the kit {sku} cannot be taken apart")
        raise Unusable(text.format(quantity=plain(line.quantity), sku=line.sku))
    units = [int(line.quantity * part.quantity) for part in kit.parts]
    weights = [part.price * count for part, count in zip(kit.parts, units, strict=True)]
    amounts = shares(line_total(line), weights if sum(weights) else units)
    for part, count, amount in zip(kit.parts, units, amounts, strict=True):
        price, dearer = divmod(amount, count)
        for quantity, each in ((count - dearer, price), (dearer, price + 1)):
            if quantity:
                yield Line(part.sku, part.name, Decimal(quantity), each)


def line_total(line: Line) -> int:
    """A line's amount in centavos. Raises Unusable when it is no whole centavo, or not what the shop says."""
    exact = line.quantity * line.price
    if line.quantity <= 0:
        raise _bad(line, _("the quantity of {item} is {quantity}"))
    if line.price < 0:
        raise _bad(line, _("the price of {item} is negative"))
    if exact != exact.to_integral_value():
        raise _bad(line, _("{quantity} x {price} of {item} is no whole centavo"))
    if line.total is not None and line.total != exact:
        raise _bad(line, _("{quantity} x {price} of {item} is not the line's total {total}"))
    return int(exact)


def _bad(line: Line, text: str) -> Unusable:
    """Why a line is no amount; `text` names its values."""
    return Unusable(
        text.format(
            item=line.sku or line.name,
            quantity=plain(line.quantity),
            price=written(line.price),
            total=written(line.total or 0),
        )
    )


def _lines(lines: Iterable[Line]) -> tuple[tuple[SaleLine, ...], int]:
    """The sale's lines, and what the free ones add: the discount takes it off again.

    The ERP refuses an item of value 0. A free item goes at the smallest price that makes a whole centavo,
    so that its units leave the stock, and the same amount joins the discount: the total does not change.
    """
    done, folded = [], 0
    for line in lines:
        price = line.price
        line_total(line)  # raises where the line itself is no amount
        if price == 0:
            price = line.quantity.as_integer_ratio()[1]
            folded += int(line.quantity * price)
        done.append(SaleLine(line.sku, line.name, line.quantity, price))
    return tuple(done), folded


def _parts(order: Order, day: date, terms: tuple[int, ...]) -> tuple[Part, ...]:
    """The parts that are due: at the merchant's own terms where there are some, else as the buyer chose."""
    if not terms:
        return _instalments(order.total, order.installments, day)
    amounts = parts(order.total, len(terms))
    return tuple(
        Part(day + timedelta(days=days), amount) for days, amount in zip(terms, amounts, strict=True)
    )


def _instalments(total: int, count: int, day: date) -> tuple[Part, ...]:
    """One part due on the day, or `count` parts due month after month, the first one month later."""
    if count <= 1:
        return (Part(day, total),)
    if count > min(total, MOST_PARTS):
        text = _("{amount} cannot be divided into {n} instalments")
        raise Unusable(text.format(amount=written(total), n=count))
    return tuple(Part(_months_later(day, i), amount) for i, amount in enumerate(parts(total, count), start=1))


def _months_later(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class _Text(HTMLParser):
    """Collects the words of a piece of HTML. Inline tags do not divide words; others do."""

    INLINE = frozenset(
        ["a", "abbr", "b", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u"]
    )
    UNSEEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.unseen += tag in self.UNSEEN
        if tag not in self.INLINE:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in self.UNSEEN and self.unseen > 0
        if tag not in self.INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)


def text_of(html: str) -> str:
    """The words of a description without its HTML, at most as long as the ERP takes."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.words).split())[:DESCRIPTION_LIMIT].strip()
