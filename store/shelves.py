"""Shelves: one per noun, all bound to the one transaction of a unit. The only door to the tables."""

from store.again import AgainShelf
from store.approvals import ApprovalShelf
from store.audit import AuditShelf
from store.binding import Binding
from store.blocks import BlockShelf
from store.calls import CallShelf
from store.cases import CaseShelf
from store.confirmed import ConfirmedShelf
from store.contacts import ContactShelf
from store.customer_names import CustomerNameShelf
from store.deadlines import DeadlineShelf
from store.decisions import DecisionShelf
from store.deliveries import DeliveryShelf
from store.desk_overview import DeskOverviewShelf
from store.digests import DigestShelf
from store.drills import DrillShelf
from store.ended_holds import EndedHoldShelf
from store.evidence import EvidenceShelf
from store.facts import FactShelf
from store.habits import HabitShelf
from store.high_water import HighWaterShelf
from store.hold_shelf import HoldShelf
from store.journal import JournalShelf
from store.learning import LearningShelf
from store.legal_holds import LegalHoldShelf
from store.letters import LetterShelf
from store.links import LinkShelf
from store.machine_reports import MachineReportShelf
from store.manuals import ManualShelf
from store.marks import MarkShelf
from store.measures import MeasureShelf
from store.outbox import OutboxShelf
from store.outcomes import OutcomeShelf
from store.overview import OverviewShelf
from store.own_mail import OwnMailShelf
from store.persons import PersonShelf
from store.questions import QuestionShelf
from store.quiz import QuizShelf
from store.reach_tests import ReachTestShelf
from store.recent_mail import RecentMailShelf
from store.sessions import SessionShelf
from store.sign_ins import SignInShelf
from store.ticket_shelf import TicketShelf
from store.trackers import TrackerShelf
from store.watchers import WatcherShelf


class Shelves:
    """What a unit works on: `shelves.holds.add(…)`, `shelves.now`."""

    def __init__(self, binding: Binding) -> None:
        self.now = binding.now
        """The time of the transaction: one event, one time."""
        self.holds = HoldShelf(binding)
        self.deliveries = DeliveryShelf(binding)
        self.questions = QuestionShelf(binding)
        self.ended_holds = EndedHoldShelf(binding)
        self.again = AgainShelf(binding, self.holds)
        self.approvals = ApprovalShelf(binding)
        self.contacts = ContactShelf(binding)
        self.recent_mail = RecentMailShelf(binding)
        self.journal = JournalShelf(binding)
        self.own_mail = OwnMailShelf(binding)
        self.machine_reports = MachineReportShelf(binding)
        self.overview = OverviewShelf(binding)
        self.outbox = OutboxShelf(binding)
        self.digests = DigestShelf(binding, self.holds)
        self.outcomes = OutcomeShelf(binding)
        self.links = LinkShelf(binding)
        self.blocks = BlockShelf(binding)
        self.customer_names = CustomerNameShelf(binding)
        self.confirmed = ConfirmedShelf(binding)
        self.tickets = TicketShelf(binding)
        self.trackers = TrackerShelf(binding)
        self.evidence = EvidenceShelf(binding)
        self.facts = FactShelf(binding)
        self.deadlines = DeadlineShelf(binding)
        self.decisions = DecisionShelf(binding)
        self.desk_overview = DeskOverviewShelf(binding)
        self.calls = CallShelf(binding)
        self.reach_tests = ReachTestShelf(binding)
        self.watchers = WatcherShelf(binding)
        self.manuals = ManualShelf(binding)
        self.learning = LearningShelf(binding)
        self.measures = MeasureShelf(binding)
        self.letters = LetterShelf(binding)
        self.habits = HabitShelf(binding)
        self.audit = AuditShelf(binding)
        self.sessions = SessionShelf(binding)
        self.sign_ins = SignInShelf(binding)
        self.legal_holds = LegalHoldShelf(binding)
        self.cases = CaseShelf(binding)
        self.persons = PersonShelf(binding)
        self.marks = MarkShelf(binding)
        self.drills = DrillShelf(binding)
        self.quiz = QuizShelf(binding)
        self.high_water = HighWaterShelf(self.marks, binding.now, binding.memory)
