"""What a reader is told beside the bytes, and what it answers when asked whether they are its own."""

from dataclasses import dataclass

from mail.shapes import Embedded


@dataclass(frozen=True, slots=True)
class Hint:
    """Data about a file, none of it to be trusted."""

    name: str = ""
    declared: str = ""
    """Media type, lower case."""
    charset: str = ""
    is_body: bool = False
    kind: str = ""
    """What `recognises` named; empty while it is asked."""

    @classmethod
    def of(cls, file: Embedded) -> "Hint":
        """What came along with a file."""
        return cls(file.name, file.declared, file.charset, file.is_body)

    def of_kind(self, kind: str) -> "Hint":
        """The same with the kind named."""
        return Hint(self.name, self.declared, self.charset, self.is_body, kind)

    @property
    def suffix(self) -> str:
        """Lower case, without the dot; "" where there is none."""
        return self.name.rpartition(".")[2].lower()[:16] if "." in self.name else ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind and how sure: 90 and more by a magic number, 50 to 80 by structure, 20 to 45 by name, less by default."""

    kind: str
    score: int


NOT_MINE = Guess("", 0)
