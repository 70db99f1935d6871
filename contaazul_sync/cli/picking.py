"""Choosing products in talk with a person: the list page by page, an answer understood, the choice shown.

Nothing here changes the state. It needs a terminal: `somebody` says whether there is one.
"""

import re
import sys
from collections.abc import Iterator

from contaazul_sync.cli import running
from contaazul_sync.cli.choose import containing, is_it, near
from contaazul_sync.cli.running import tell
from contaazul_sync.core.errors import UsageError
from contaazul_sync.core.folding import folded
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _, joined, ngettext
from contaazul_sync.home import screen
from contaazul_sync.views.terminal.products import choice_view

ALL = ("all", "todos", "todas", "tudo")  # in every language
LONG_LIST = 100  # products; a longer list is narrowed by a text before it is shown
BESIDE = 5  # lines of a screen that a page leaves to its head, the question and the answer
DIGITS = 9  # of a place in the list
FEWEST = 5  # products of a page, however low the screen is
RANGE = re.compile(rf"(\d{{1,{DIGITS}}})(?:-(\d{{1,{DIGITS}}}))?", re.ASCII)
DASH = re.compile(r"(?<=\d)\s*[-\N{EN DASH}\N{EM DASH}]\s*(?=\d)", re.ASCII)


def somebody() -> bool:
    """Whether a person reads what is shown and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def pick(products: list[Product], price_source: str) -> list[Product]:
    """Let a person pick from a list; nothing for Enter at its end."""
    if len(products) > LONG_LIST:
        products = _narrowed(products)
    shown = _show_page(products, 0, price_source)
    while True:
        answer = screen.ask(_question(shown, len(products)))
        if answer:
            try:
                return named(products, answer)
            except UsageError as slip:
                tell(slip.message)
        elif shown < len(products):
            shown = _show_page(products, shown, price_source)
        else:
            return []


def _narrowed(products: list[Product]) -> list[Product]:
    """Those that a text is in, which is asked for until there are any."""
    question = _("{n} products. Part of the name or SKU (Enter: all of them)").format(n=len(products))
    while not (found := containing(products, part := screen.ask(f"{question}: "))):
        tell(_("No product has '{text}' in its name or SKU.").format(text=part))
    return found


def _rows() -> int:
    """The products of a page."""
    return max(FEWEST, screen.height() - BESIDE)


def _show_page(products: list[Product], begun: int, price_source: str) -> int:
    """Show the next page; returns how many products have been shown by now."""
    end = begun + _rows()
    screen.show(choice_view(products[begun:end], price_source, begun + 1))
    return min(end, len(products))


def _question(shown: int, count: int) -> str:
    enter = _("Enter: more") if shown < count else _("Enter: none")
    text = _("Which of {n}? Numbers (1 3 5-8), SKUs or all; {enter}").format(n=count, enter=enter)
    return f"{text}: "


def named(products: list[Product], answer: str) -> list[Product]:
    """The products that an answer such as `1,3-5`, `1 3`, `CAM-1` or `all` names. Raises UsageError.

    A number is a place in the list; the SKU that looks like one is `sku:7`.
    """
    if folded(answer.strip()) in ALL:
        return products
    by_sku: dict[str, list[Product]] = {}
    for product in products:
        by_sku.setdefault(product.sku.casefold(), []).append(product)
    picked = [found for word in _words(answer, by_sku) for found in _of(word, products, by_sku)]
    return list({product.key: product for product in picked}.values())


def _words(answer: str, by_sku: dict[str, list[Product]]) -> Iterator[str]:
    """The words of an answer, between commas and spaces; a SKU may have spaces in it."""
    for part in re.split("[,;]", answer):
        whole = part.strip()
        if whole.casefold() in by_sku:
            yield whole
        else:
            yield from DASH.sub("-", whole).split()


def _of(word: str, products: list[Product], by_sku: dict[str, list[Product]]) -> list[Product]:
    """The products of one word. Raises UsageError."""
    if place := RANGE.fullmatch(word):
        low, high = int(place[1]), int(place[2] or place[1])
        if 1 <= low <= high <= len(products):
            return products[low - 1 : high]
    if found := by_sku.get(word.removeprefix("sku:").casefold()):
        return found
    if place:
        raise UsageError(_("The list goes from 1 to {last}.").format(last=len(products)))
    text = _("'{word}' is neither a number of the list nor a SKU in it.").format(word=word)
    raise UsageError(joined(text, is_it(near(word, (product.sku for product in products)))))


def corrected(name: str, names: list[str]) -> str:
    """A SKU that the shop does not list, or the near one of which a person says that it was meant."""
    if not names:
        return name
    if len(names) > 1:
        return _one_of(name, names)
    question = _("The shop lists no product with the SKU {sku}. Is it {near}?")
    return names[0] if running.agreed(question.format(sku=name, near=names[0])) else name


def _one_of(name: str, names: list[str]) -> str:
    """The near SKU that a person picks, by its number or as it is; what was typed for Enter."""
    screen.tell(_("The shop lists no product with the SKU {sku}. These are near it:").format(sku=name))
    for number, near_one in enumerate(names, start=1):
        screen.tell(f"{number:3}  {near_one}")
    spelled = {folded(near_one): near_one for near_one in names}
    while answer := screen.ask(_("Which one? Its number or SKU; Enter: none") + ": "):
        if answer.isdecimal() and 1 <= int(answer[:DIGITS]) <= len(names):
            return names[int(answer) - 1]
        if found := spelled.get(folded(answer)):
            return found
    return name


def confirmed(products: list[Product], price_source: str, *, now: bool) -> bool:
    """Show what was chosen, and ask whether it is that; where nobody can answer, it is."""
    if sys.stdout.isatty():
        most = _rows()
        screen.show(choice_view(products[:most], price_source))
        if (more := len(products) - most) > 0:
            screen.say(_("... and {n} more").format(n=more))
    return not somebody() or running.agreed(_to_create(len(products), now=now))


def _to_create(count: int, *, now: bool) -> str:
    if now:
        text = ngettext("Create {n} product in the ERP now?", "Create {n} products in the ERP now?", count)
    else:
        text = ngettext("Choose {n} product for the ERP?", "Choose {n} products for the ERP?", count)
    return text.format(n=count)
