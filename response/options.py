"""What the desk can be told: where reports come in, who is called, how long a block lasts."""

from typing import Literal

from pydantic import Field

from notifier.options import Options


class ResponseOptions(Options):
    """`[response]`. The roles stand with the people in `[[organisation.people]]`."""

    report_address: str = ""
    """Mail to this address opens a ticket; it is consumed, never relayed."""
    manual: str = "misdirected-mail"
    """File of `response/manual/`, or a path to the organisation's own."""
    block_days: int = Field(default=90, gt=0)
    """Days until the block of a wrong address ends."""
    known_contact_hours: int = Field(default=24, gt=0)
    """Hours for which a known contact that was reported is held for the desk."""
    jurisdictions: tuple[Literal["JP", "EU", "UK", "US", "KR", "SG"], ...] = ("JP",)
    staff: tuple[str, ...] = ()
    """Further people whose reports are certain and who may work at the desk, beside those with a role."""
