"""What a second contact of a person must be: a number that can be dialled, or a mailbox that is nobody else's."""

from notifier.options import Person
from service.problems import Found, Place

FEWEST_DIGITS = 3
"""Of a number that can be dialled: an extension of a small office."""


def second(person: Person, place: Place, seen: set[str]) -> Found:
    """Look at the second contact of one person; `seen`: the mailboxes of those before. One outside is said by `crosscheck_mailboxes.strangers`."""
    given = person.second.lower()
    if "@" in given:
        if given in seen:
            yield (
                (*place, "second"),
                "is a mailbox that stands among the people already; name one that is this person's alone",
            )
        seen.add(given)
    elif given and sum(letter.isdigit() for letter in given) < FEWEST_DIGITS:
        yield (*place, "second"), 'is neither a telephone number nor a mailbox; write for example "090-0000-0000"'
