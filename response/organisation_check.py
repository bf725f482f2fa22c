"""Organisation check: what the emergency organisation still lacks, so that `sekisho check` fails loudly before it matters."""

from notifier.options import Organisation

_NEEDED = {
    "leader": ("対応責任者（leader）", "a leader"),
    "deputy": ("副責任者（deputy）", "a deputy"),
    "privacy officer": ("個人情報保護管理者（privacy officer）", "a privacy officer"),
}
_CALLED = ("leader", "deputy", "privacy officer", "management", "responder")


def missing(organisation: Organisation) -> tuple[str, ...]:
    """Say what is missing, one sentence each in the organisation's language; () when the desk can work.

    A role that nobody holds, somebody who is called and has no second way to be reached (a telephone number, a second contact or a deputy), and
    one person who would have to be their own deputy.
    """
    ja = organisation.language == "ja"
    found = [
        f"[[organisation.people]]: {words[0]}がいません。" if ja else f"[[organisation.people]]: nobody is {words[1]}."
        for role, words in _NEEDED.items()
        if not organisation.with_role(role)
    ]
    leaders = {p.address for p in organisation.with_role("leader")}
    deputies = {p.address for p in organisation.with_role("deputy")}
    if leaders and deputies and deputies <= leaders:
        found.append("責任者と副責任者が同じ人です。" if ja else "Leader and deputy are the same person.")
    called = {p.address: p for role in _CALLED for p in organisation.with_role(role)}
    found.extend(
        f"{person.address}: 第二の連絡先（phone、second、deputy のいずれか）がありません。"
        if ja
        else f"{person.address}: no second contact (phone, second or deputy)."
        for person in called.values()
        if not person.phone and not person.deputy and not person.second
    )
    return tuple(found)
