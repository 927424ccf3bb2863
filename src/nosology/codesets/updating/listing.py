"""What an HTML page says: its links, and its text as a reader sees it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head"})


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a page.

    Attributes:
        address: absolute, of the file itself even where the link leads through a licence page.
        licence_page: absolute address of the licence page that the link leads to; empty for none.
    """

    address: str
    licence_page: str = ""

    @property
    def name(self) -> str:
        """The last part of the address, as a file would be called."""
        path = urllib.parse.urlsplit(self.address).path
        return urllib.parse.unquote(path.rstrip("/").rsplit("/", 1)[-1])


@dataclass(slots=True)
class _Page(HTMLParser):
    """Collects while the page is parsed; nothing on it, however broken, is an error."""

    links: list[str] = field(default_factory=list)
    base: str = ""
    everything: list[str] = field(default_factory=list)
    main: list[str] = field(default_factory=list)
    _hidden: int = 0
    _in_main: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, and what is not shown."""
        reference = dict(attrs).get("href")
        if tag == "a" and reference:
            self.links.append(reference.strip())
        elif tag == "base" and reference:
            self.base = reference.strip()
        self._hidden += tag in _UNSEEN
        self._in_main += tag == "main"

    def handle_endtag(self, tag: str) -> None:
        """Note that what is not shown has ended."""
        if tag in _UNSEEN and self._hidden:
            self._hidden -= 1
        if tag == "main" and self._in_main:
            self._in_main -= 1

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._hidden:
            self.everything.append(data)
            if self._in_main:
                self.main.append(data)


def links(html: str, address: str) -> Iterator[Link]:
    """Yield each link of the page once, in its order, resolved against the page's address."""
    page = _parsed(html)
    base = urllib.parse.urljoin(address, page.base)
    seen = set()
    for reference in page.links:
        try:
            absolute = urllib.parse.urljoin(base, reference)
            found = _unwrapped(absolute)
        except ValueError:  # such as a port that is no number
            continue
        if found.address not in seen:
            seen.add(found.address)
            yield found


def shown_text(html: str) -> str:
    """Return the page's main text, or all of it where no part is marked as such, on one line."""
    page = _parsed(html)
    return " ".join(" ".join(page.main or page.everything).split())


def _parsed(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page


def _unwrapped(address: str) -> Link:
    """Return the link, a licence page's ``?file=/path`` taken for the file that it gives out."""
    parts = urllib.parse.urlsplit(address)
    wrapped = urllib.parse.parse_qs(parts.query).get("file", [""])[0]
    # Asked for even though unused: a port that is no number is noticed here.
    _ = parts.port
    without_fragment = urllib.parse.urldefrag(address).url
    if not wrapped or "license" not in parts.path.lower():
        return Link(without_fragment)
    return Link(urllib.parse.urljoin(address, wrapped), without_fragment)
