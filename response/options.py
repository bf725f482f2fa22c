"""What the desk can be told: where reports come in, who is called, how long a block lasts."""

from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from notifier.options import Duration, Options

Network = IPv4Network | IPv6Network
Jurisdiction = Literal["JP", "JP-PMARK", "EU", "UK", "US", "US-HIPAA", "KR", "SG", "TW", "HK", "CN"]
_PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")  # RFC 1918, RFC 4193


class ResponseOptions(Options):
    """`[response]`. The roles stand with the people in `[[organisation.people]]`."""

    report_address: str = ""
    """Mail to this address opens a ticket; it is consumed, never relayed."""
    manual: str = "misdirected-mail"
    """File of `response/manual/`, or a path to the organisation's own."""
    drills: Path | None = None
    """Folder with scenarios of drills of the organisation's own, beside ours; a name of ours replaces it. Relative to the settings' file."""
    block_days: int = Field(default=90, gt=0)
    """Days until the block of a wrong address ends."""
    known_contact_hours: int = Field(default=24, gt=0)
    """Hours for which a known contact that was reported is held for the desk."""
    evidence_days: int = Field(default=2190, ge=0)
    """Days a closed case is kept with its evidence; then names, words and records are erased, counts and times stay; 0: for ever. (Six years: 45 CFR 164.530(j).)"""
    jurisdictions: tuple[Jurisdiction, ...] = ("JP",)
    """Whose law applies to a case until a person says otherwise; JP-PMARK: we hold the privacy mark. US is US-HIPAA."""
    deadline_reminders: tuple[Annotated[Duration, Field(gt=0)], ...] = (172_800, 86_400, 14_400)
    """So long before a hard date the privacy officer and the leader are reminded ("48h", "24h", "4h"); when it passes they are told in any case."""
    closed_days: tuple[date, ...] = ()
    """Further days on which authorities are closed; public holidays and 29 December to 3 January are known."""
    ask_again: Literal["remind", "send"] = "remind"
    """Unintended recipients who have not answered after 4, 24 and 72 hours: remind the desk with a draft, or send it by itself."""
    outside_contact: str = ""
    """How somebody outside telephones us about a misdirected mail, as letters say it: "誤送信対応窓口 03-0000-0000"."""
    bounces: Literal["note", "asked", "ticket"] = "note"
    """What a bounce opens by itself: nothing, a ticket where the address had been asked about, or always a ticket."""
    complaints: Literal["note", "ticket"] = "ticket"
    """What the complaint of a recipient's provider (RFC 5965) opens by itself: nothing, or a ticket that stops nothing."""
    reporting_rule: str = ""
    """Where it stands that nobody is punished for an honest report (http…), shown wherever somebody of ours reports; manual, preparation."""
    staff: tuple[str, ...] = ()
    """Further people whose reports are certain and who may work at the desk, beside those with a role."""
    acknowledge_after: Duration = Field(default=15 * 60, ge=60)
    """How long somebody who was called has to say "I have it" before the next are called."""
    reach_test: Literal["weekly", "monthly", "quarterly", "never"] = "monthly"
    """How often everyone with a role gets a test call, in working time, to see whether the contact tree reaches them."""
    need_to_know: bool = False
    """Only the leader, the deputy, the privacy officer, owners of its steps, whoever was called and its list may open a ticket; others of
    the desk see its number and state."""
    inside_networks: tuple[Network, ...] = tuple(ip_network(network) for network in _PRIVATE)
    """A report by mail is certain when it came from here (the client, or whom its XFORWARD names) and the message was the reporter's own."""
    great_responsibility: bool = False
    """More is expected of us than of others (medical, finance, public, large): the estimate of damage counts double."""
