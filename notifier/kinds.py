"""Kinds of notices: what each of them carries, and how it is treated."""

from collections.abc import Mapping

LINKS: Mapping[str, str] = {
    "question": "question",
    "reminder": "question",
    "expired": "question",
    "cancelled": "question",
    "decided_by_other": "question",
    "answer_taken": "question",
    "answer_not_taken": "question",
    "colleague": "stop",
    "sent_back": "question",
    "approval_given": "question",
    "approval_asked": "approval",
    "approval_reminder": "approval",
    "approval_over": "approval",
    "delayed": "question",
    "escalated": "question",
    "left": "question",
    "released_by_desk": "question",
    "call_superior": "ticket",
    "call_responder": "ticket",
    "deadline_near": "ticket",
    "deadline_moved": "ticket",
    "measure_due": "ticket",
    "call_escalated": "ticket",
    "watcher_added": "ticket",
    "case_word": "ticket",
    "reach_test": "reach",
    "report_received": "own",
    "sign_in": "sign-in",
    "receipt": "sent",
    "letter": "answers",
    "letter_news": "ticket",
    "contact_held": "ticket",
}
"""Kind of notice → purpose of the link in it (`store.links`); a kind that stands not here has none."""

KINDS = (
    *LINKS,
    "digest",
    "digest_reminder",
    "digest_expired",
    "unattended",
    "answer_of_another",
    "question_lost",
    "alarm",
    "report_reference",
    "case_closed",
    "case_closed_reference",
    "contact_waits",
    "drill_announced",
    "drill_inject",
    "drill_over",
)
"""Every kind that has a template; a bounce brings its own message."""

OPEN = ("question", "reminder", "sent_back", "delayed", "escalated", "colleague")
"""Kinds that wait for somebody to act: not sent any more, or withdrawn, once somebody has."""
WHOSE = frozenset(
    {
        *("question", "reminder", "delayed", "expired", "left", "cancelled", "decided_by_other", "released_by_desk"),
        *("approval_asked", "approval_reminder", "approval_over"),
    }
)
"""Kinds that tell whoever is not the sender whose message it is."""
AWAITED = frozenset({*OPEN, "approval_asked", "approval_reminder"})
"""The same, and those that wait for somebody else's yes."""
ASKS = frozenset({"question", "digest", "approval_asked", "sent_back", "escalated"})
"""Kinds whose acceptance starts the deadline, where none runs."""
REMINDED_IN_WORKING_TIME = frozenset({"approval_asked"})
"""Kinds whose reminder, too, waits for working time: it asks further people."""
QUIET = frozenset({"alarm", "question_lost", "bounce", "sign_in"})
"""Kinds whose failure is only logged: no alarm about an alarm, no notice about a bounce (RFC 5321 6.1), nor about an address that
somebody typed."""
