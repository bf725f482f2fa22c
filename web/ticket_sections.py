"""The sections of a ticket, in the order in which they stand above each of its pages. Written out here, once."""

from web.ticket import TASKS
from web.ticket_clocks import CLOCKS
from web.ticket_closing import CLOSING
from web.ticket_decisions import DECISIONS
from web.ticket_drafts import DRAFTS
from web.ticket_facts import FACTS
from web.ticket_keeping import KEEPING
from web.ticket_letter_print import LETTER
from web.ticket_letters import LETTERS
from web.ticket_manual import MANUAL
from web.ticket_pages import TicketPages
from web.ticket_people import PEOPLE
from web.ticket_related import RELATED
from web.ticket_scenario import SCENARIO
from web.ticket_timeline import TIMELINE
from web.ticket_trackers import TRACKERS

TICKET = TicketPages(
    TASKS,
    FACTS,
    CLOCKS,
    DECISIONS,
    LETTERS,
    DRAFTS,
    PEOPLE,
    RELATED,
    CLOSING,
    TRACKERS,
    TIMELINE,
    MANUAL,
    KEEPING,
    LETTER,
    SCENARIO,
)
