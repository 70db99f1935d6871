"""Words without HTML."""

from html.parser import HTMLParser

from contaazul_sync.core.drafts.products import DESCRIPTION_LIMIT


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
