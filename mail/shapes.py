"""The shapes of what was read: a Message has headers, parts with their text, and says what could not be read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, Literal, Protocol, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 - as functools.cached_property, without its lock: nothing here is shared by threads
    """An attribute that is made when it is first asked for."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        """`make`: the method that it stands for."""
        self._make = make
        self.__doc__ = make.__doc__

    def __get__(self, instance: object, _owner: type) -> T:
        """Made, and kept in the instance, which is asked for it from now on."""
        made = instance.__dict__[self._make.__name__] = self._make(instance)
        return made


_PORTION = 64 * 1024
"""Characters."""

Reason = Literal["encrypted_mail", "encrypted_archive", "damaged", "limit", "image_only", "unknown_format", "own_fault"]
"""Why something could not be read; each has its own action in `[rules.content-uninspectable.reasons]`."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was there and could not be read."""

    reason: Reason
    where: str = ""
    """For people: sheet, member, page. Never content."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that belongs together: a paragraph (rows of one cell each, one a line) or a table."""

    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()
    """The table's column names where it has them; () for running text."""
    where: str = ""
    """Sheet, slide or member, for people."""
    hidden: bool = False
    """Not seen by who opens the file: hidden sheet or row, comment, property."""


class Paragraphs(Sequence[Block]):
    """Running text as blocks: a block per run of lines without a blank one between, a row per line; cut when somebody asks."""

    def __init__(self, text: str | bytes) -> None:
        """The text, or its octets where they are ASCII: half of the mail that is read needs no more."""
        self._given = text

    @property
    def text(self) -> str:
        """As it was given, with its line ends."""
        return self._given if isinstance(self._given, str) else self._given.decode("ascii")

    @property
    def ascii(self) -> bytes | None:
        """Its octets, where they are ASCII and at hand: for who needs no more, nothing is decoded."""
        return None if isinstance(self._given, str) else self._given

    def beginning(self, size: int) -> str:
        """The first characters as they were given; of a large text no more is looked at."""
        first = self._given[:size]
        return first if isinstance(first, str) else first.decode("ascii")

    def holds(self, word: str) -> bool:
        """Whether a word of ASCII stands in it; nothing is decoded for it."""
        return word in self._given if isinstance(self._given, str) else word.encode("ascii") in self._given

    def lines(self) -> list[str]:
        """Every line without the blanks at its end; "" for one that has nothing else."""
        return list(map(str.rstrip, self.text.splitlines()))

    def portions(self) -> Iterator[list[str]]:
        """The same, a few thousand lines at a time: of a long text never all of it is cut at once."""
        given, begin = self._given, 0
        while begin < len(given):
            end = given.find("\n", begin + _PORTION) if isinstance(given, str) else given.find(b"\n", begin + _PORTION)
            portion = given[begin : end + 1 or len(given)]
            text = portion if isinstance(portion, str) else portion.decode("ascii")
            yield list(map(str.rstrip, text.splitlines()))
            begin += len(portion)

    @lazy
    def _blocks(self) -> tuple[Block, ...]:
        return tuple(Block(tuple((line,) for line in run)) for filled, run in groupby(self.lines(), bool) if filled)

    @overload
    def __getitem__(self, place: int) -> Block: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Block]: ...
    def __getitem__(self, place: int | slice) -> Block | Sequence[Block]:
        return self._blocks[place]

    def __len__(self) -> int:
        return len(self._blocks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._blocks == tuple(other)

    def __hash__(self) -> int:
        return hash(self._blocks)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a file: read like a part of its own."""

    name: str
    data: bytes
    declared: str = ""
    """Media type it was declared as, lower case; "" where nothing was said."""
    charset: str = ""
    is_body: bool = False
    """What the mail program shows as the message itself, not as an attachment."""
    method: str = ""
    """The parameter `method` of its Content-Type (RFC 6047 2.4)."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a calendar part does (`mail.meeting`)."""

    declared: str
    """The method by its Content-Type, upper case; "" without."""
    method: str
    """The one method that its text says of one meeting; "" where that is not clear."""
    uids: tuple[str, ...] = ()
    """SHA-256 of the meetings it speaks of."""
    people: frozenset[str] = frozenset()
    """Keys of whom a reply or a cancellation is for, as it names them itself."""
    begins: bool = False
    """It tells the others of a meeting, or of a change or the end of one."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader of `mail/text_of/` brings back."""

    blocks: Sequence[Block] = ()
    lost: tuple[Lost, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    ambiguous: tuple[str, ...] = ()
    """Names of `mail.mime.AMBIGUITIES`."""
    links: tuple[str, ...] = ()
    """Where its anchors lead (http, https), which need not be what is read there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree, or a file inside one."""

    name: str
    """File name as shown to people, decoded; "" for the body. Data, never a path."""
    kind: str
    """The format by its bytes: plain, html, csv, xlsx, zip, …; "" where unknown."""
    size: int
    sha256: str
    blocks: Sequence[Block] = ()
    lost: tuple[Lost, ...] = ()
    is_body: bool = False
    within: str = ""
    """Name of the part this one was found in; "" at the top."""
    links: tuple[str, ...] = ()
    """As of `Text`."""


class Fields(Protocol):
    """What a message must offer of its headers; see `mail.headers.Headers`."""

    def all(self, name: str, /) -> tuple[str, ...]:
        """Every value of that name, unfolded and decoded (RFC 2047), in order."""

    def raw(self, name: str, /) -> tuple[bytes, ...]:
        """Every value of that name exactly as in the content."""

    def names(self) -> Iterable[str]:
        """The name of every field, in lower case, each once."""


@dataclass(frozen=True, slots=True)
class Message:
    """The content as read. Never raises on bad MIME: what cannot be read is said in `lost` or `ambiguous`."""

    headers: Fields | tuple[()]
    """Decoded when somebody asks; () without any."""
    parts: tuple[Part, ...] = ()
    lost: tuple[Lost, ...] = ()
    """What of the message as a whole could not be read."""
    ambiguous: tuple[str, ...] = ()
    """Defects that let two readers see two messages; names of a closed list."""
    signed: bool = False
    """Somewhere in it is a multipart/signed (RFC 1847 2.1)."""
    meetings: tuple[Meeting, ...] = ()
    """Of each calendar part at the top."""

    def header(self, name: str) -> str:
        """The first header of that name, "" without."""
        return next(iter(self.headers_of(name)), "")

    def headers_of(self, name: str) -> tuple[str, ...]:
        """The values of every header of that name, in order."""
        return () if isinstance(self.headers, tuple) else self.headers.all(name)

    def header_names(self) -> Iterable[str]:
        """The name of every header, in lower case, each once."""
        return () if isinstance(self.headers, tuple) else self.headers.names()
