"""XML read into elements that know their line, each checked against a file's layout.

The trees of the standard library forget the lines, and an error that cannot name the line of a file
of two hundred thousand lines is of no use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from nosology.model.errors import MalformedRow

_CHUNK = 1 << 18
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Layout:
    """Which elements a file may hold, and where.

    Attributes:
        expected: what the file should be, for a reader who chose the wrong one.
        children: element -> elements that may stand in it; one with none holds text.
        attributes: element -> attributes that it may carry; those of the root are not checked.
        mixed: elements that hold text of their own beside the elements in them.
    """

    root: str
    expected: str
    children: Mapping[str, frozenset[str]]
    attributes: Mapping[str, frozenset[str]]
    mixed: frozenset[str] = _NONE


@dataclass(slots=True)
class Element:
    """One element; ``text`` has its space made single and is without that of the elements in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Element]:
        """Return the children of that name."""
        return [child for child in self.children if child.tag == tag]


def read_stream(
    name: str,
    file: IO[bytes],
    layout: Layout,
    each: str,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Element]:
    """Yield each element of one name, of a file that is already open, as soon as it is read.

    Args:
        name: what errors call the file.
        file: opened for reading bytes; left open.
        layout: what the file may hold.
        each: name of the elements that are yielded; they do not stand in one another.
        progress: called with the number of bytes read so far.

    Raises:
        MalformedRow: naming file, line and element, at the first departure from the layout.
    """
    reader = _Reader(name, layout, each)
    done = 0
    while chunk := file.read(_CHUNK):
        yield from reader.feed(chunk, last=False)
        done += len(chunk)
        if progress is not None:
            progress(done)
    yield from reader.feed(b"", last=True)


class _Reader:
    def __init__(self, file: str, layout: Layout, each: str) -> None:
        self._file = file
        self._layout = layout
        self._each = each
        self._stack: list[Element] = []
        self._done: list[Element] = []
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes, *, last: bool) -> list[Element]:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise MalformedRow(
                self._file,
                error.lineno,
                error.offset + 1,
                f"is not well-formed XML ({expat.ErrorString(error.code)}); "
                "the file may be cut off or damaged: install it again",
            ) from None
        except (LookupError, ValueError) as error:
            # An encoding that the file names and the parser does not know.
            raise MalformedRow(
                self._file, 1, "encoding", f"cannot be read ({error}); expected UTF-8"
            ) from None
        done, self._done = self._done, []
        return done

    def _error(self, column: str, message: str) -> MalformedRow:
        return MalformedRow(self._file, self._parser.CurrentLineNumber, column, message)

    def _doctype(self, *_: object) -> None:
        raise self._error("DOCTYPE", "is not part of the layout; expected the published file")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._stack:
            if tag != self._layout.root:
                raise self._error(
                    tag,
                    f"is the root, expected {self._layout.root}: is this {self._layout.expected}?",
                )
            # So the publisher marks the file that holds only the changes since the last release.
            if attributes.get("isAddenda") == "true":
                raise self._error(tag, f"is the addenda, expected {self._layout.expected}")
        else:
            above = self._stack[-1].tag
            allowed = self._layout.children[above]
            if tag not in allowed:
                expected = ", ".join(sorted(allowed)) or "text only"
                raise self._error(tag, f"stands in {above}; expected {expected}")
            if unknown := attributes.keys() - self._layout.attributes.get(tag, _NONE):
                raise self._error(tag, f"has the unknown attribute {sorted(unknown)[0]}")
        element = Element(tag, attributes, self._parser.CurrentLineNumber)
        if self._stack and tag != self._each:
            self._stack[-1].children.append(element)
        self._stack.append(element)

    def _end(self, tag: str) -> None:
        element = self._stack.pop()
        if self._layout.children[tag] and tag not in self._layout.mixed:
            if element.text.strip():
                raise self._error(tag, "holds text of its own; expected elements only")
        else:
            element.text = " ".join(element.text.split())
        if tag == self._each:
            self._done.append(element)

    def _text(self, text: str) -> None:
        self._stack[-1].text += text
