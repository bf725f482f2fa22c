"""What the settings say of one outside tracker."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from notifier.options import Options, TimeLimit

Event = Literal["opened", "state", "closed", "deadline"]
EVENTS: tuple[Event, ...] = ("opened", "state", "closed", "deadline")


class Tracker(Options):
    """`[[trackers]]`: a ticket system of somebody else that is kept up to date: numbers and times, never content, never a person."""

    kind: str
    """A file of `notifier/channels/`: webhook, roundup, request-tracker, redmine, jira, thehive; or mail."""
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$")
    """How it is called on our pages and in metrics; another name is another tracker, which begins from nothing."""
    url: str = ""
    """Where it is: what stands before its API. https, except on this machine."""
    address: str = ""
    """For mail: the mailbox of our own domains that the tracker reads."""
    user: str = ""
    """Who we are there, for a password or (Jira in the cloud) a token of that user; empty: the secret is a token by itself."""
    secret_file: Path | None = None
    """Password, token or, for a webhook, `whsec_…` secrets: a file of mode 0600 or below $CREDENTIALS_DIRECTORY, never the word itself."""
    ca: Path | None = None
    """Authorities to trust; empty: the machine's."""
    queue: str = ""
    """Queue (Request Tracker), project (Redmine, Jira), class (Roundup), organisation (TheHive)."""
    issue_type: str = ""
    """Type of issue: the name in Jira, the number of the tracker in Redmine; empty: Task, or the project's own."""
    edition: Literal["cloud", "data-center"] = "cloud"
    """Of Jira: the two search by different addresses."""
    fields: Mapping[str, str] = Field(default_factory=dict)
    """Fact → field there; with ":number", ":time" or ":day" behind it where the field is no text. `case` is how a ticket is found again."""
    events: tuple[Event, ...] = EVENTS
    """What is written there: that a ticket was opened, that its state moved, that it was closed, that its next time changed."""
    timeout: TimeLimit = Field(default=15, gt=0, le=30)
    """Seconds for each answer."""
    own_network: bool = False
    """A webhook may go to an address of our own network (others are refused: nobody points us at our inside)."""
