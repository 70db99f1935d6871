"""HTML, tag by tag, in one go: no page takes longer than its length, however it is broken."""

import re
from collections.abc import Iterator
from html import unescape

LONGEST = 5000  # characters of a tag in which a quoted ">" is looked for
_NAME = re.compile(r"<(?:/\s*+)?[a-zA-Z][^\s/>]*+")
_REST = re.compile(r"(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+>")  # a quoted value may have a ">"
_VALUE = re.compile(r"([^\s=\"'<>/]+)\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]+)")
_RAW = ("script", "style")  # what is in them is no text
# Tags that do not divide words; others do.
INLINE = frozenset(
    ["a", "abbr", "b", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u"]
)
# What editors and imports leave in names: `<P2>` or `<ana@example.com>` is no tag, but what somebody wrote.
_DIVIDING = (
    "blockquote|br|center|code|del|div|h[1-6]|hr|img|ins|li|ol|p|pre|script|style|svg|table|tbody|td|th"
    "|tr|ul|wbr"
)
_IN_NAME = re.compile(
    rf"<!--[^<>]*-->|</?(?:({'|'.join(sorted(INLINE))})|{_DIVIDING})(?=[\s/>])[^<>]*>", re.I
)


def pieces(html: str) -> Iterator[tuple[str, str, str]]:
    """The text before each tag, the tag's name (`p`, `/p`; "" at the end), and what else is in it.

    What is in comments, scripts and styles is left out; a "<" that begins no tag is text.
    """
    at = before = end = 0
    while (start := html.find("<", at)) >= 0:
        end = end if end > start else html.find(">", start) + 1
        if not end:  # the rest has no tag any more
            break
        if name := _NAME.match(html, start):
            whole = _REST.match(html, name.end(), start + LONGEST)
            end = whole.end() if whole else end
            tag = name[0][1:].lower()
            tag = f"/{tag[1:].lstrip()}" if tag[0] == "/" else tag
            yield html[before:start], tag, html[name.end() : end - 1]
            at = before = _after_raw(html, tag, end) if tag in _RAW else end
        elif html.startswith(("<!", "<?", "</"), start):
            yield html[before:start], "!", ""
            at = before = _after_comment(html, start) if html.startswith("<!--", start) else end
        else:
            at = start + 1
    yield html[before:], "", ""


def without_tags(name: str) -> str:
    """A name without the tags that an editor or an import left in it; what is no tag of HTML stays."""
    return _IN_NAME.sub(lambda tag: "" if tag[1] or tag[0].startswith("<!") else " ", name).strip()


def values(inside: str) -> dict[str, str]:
    """What a tag says, by the names: of what is there twice, the first."""
    found: dict[str, str] = {}
    for name, value in _VALUE.findall(inside):
        found.setdefault(name.lower(), unescape(value.strip("\"'")))
    return found


def _after_comment(html: str, start: int) -> int:
    """The place behind a comment, or the very end."""
    found = html.find("-->", start)
    return len(html) if found < 0 else found + 3


def _after_raw(html: str, name: str, start: int) -> int:
    """The place of the tag that ends a script or a style, or the very end."""
    found = re.compile(f"</{name}", re.IGNORECASE).search(html, start)
    return found.start() if found else len(html)
