"""judge(): run every rule; a broken rule is a finding; the policy says what each finding does; the strongest wins."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, TypeVar

from rules import meeting_answers, policy_findings, registry, verdict_json, web_links
from rules.base import About, Action, Exposure, Facts, Finding, Mail
from rules.mentions import Mention
from rules.personal.exposure import exposure_of, measured_once, unmeasured
from rules.policy_findings import strength

T = TypeVar("T")

ASKING = frozenset({Action.DELAY, Action.HOLD, Action.APPROVE})
PERSONAL = "content-personal-data"
WRONG_CUSTOMER = "content-wrong-customer"


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What the configuration says of one rule."""

    action: Action
    options: Any


@dataclass(frozen=True, slots=True)
class Policy:
    """The configuration of all rules, by name; a rule that is not named has its defaults."""

    rules: Mapping[str, RuleSettings] = field(default_factory=dict)
    with_values: bool = False
    """Bring the found values back for `--values`; never set in the relay."""
    with_scores: bool = False
    """Bring back what each scored rule thinks of every recipient for `--scores`; never set in the relay."""

    def own_action(self, name: str) -> Action:
        """What follows from a finding of the policy's own."""
        settings = self.rules.get(name)
        return settings.action if settings else policy_findings.ACTIONS[name]


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings and what follows: pass, delay, hold or reject."""

    disposition: str
    """"pass", "delay" (it leaves by itself), "hold" or "reject"."""
    findings: tuple[Finding, ...] = ()
    """The strongest first; `rule` and `action` are set in each."""
    exposure: Exposure = field(default_factory=Exposure)
    broken: Mapping[str, str] = field(default_factory=dict, compare=False)
    """For the log: rule → class and place of what it raised, never its text, which may hold content. Not kept in JSON."""

    links: Mapping[str, int] | None = None
    """Links in the text by the domain they lead to (`rules.web_links`); None: nobody counted them."""

    mentions: tuple[Mention, ...] = field(default=(), compare=False)
    """Of whom the files speak, in digests, for whoever knows with which customers they were seen before. Not kept in JSON."""

    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict, compare=False)
    """Rule → recipient → 0 to 1, flagged or not; only for `--scores`. Not kept in JSON."""

    @property
    def asking(self) -> tuple[Finding, ...]:
        """The findings that someone must answer (action delay, hold or approve)."""
        return tuple(f for f in self.findings if f.action in ASKING)

    def as_json(self) -> dict[str, Any]:
        """The shape of `explain --json` and of one line of `replay --json`, without id and seconds."""
        findings = [verdict_json.finding(f, str(number)) for number, f in enumerate(self.findings, 1)]
        shape: dict[str, Any] = {"disposition": self.disposition, "findings": findings}
        shape |= {"exposure": verdict_json.exposure(self.exposure)}
        return shape if self.links is None else shape | {"links": dict(self.links)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Verdict":
        """The inverse of `as_json`: what the store kept."""
        findings = tuple(verdict_json.finding_from(f) for f in value["findings"])
        exposure = verdict_json.exposure_from(value["exposure"])
        return cls(value["disposition"], findings, exposure, links=value.get("links"))


def default_policy() -> Policy:
    """Every rule with its default action and options."""
    return Policy({name: RuleSettings(module.ACTION, module.Options()) for name, module in registry.rules().items()})


def judge(mail: Mail, facts: Facts, policy: Policy) -> Verdict:
    """Run all rules over one message. Never raises: a rule that breaks is a finding with that rule's action (note and off stay)."""
    run = _Run(mail, facts, policy)
    with measured_once():
        exposure, mentions = run.measure(), run.mentions()
        findings = run.findings()
    if len(findings) > 1:
        findings = list(_without_echoes(findings))
    if mail.message.meetings:
        findings = meeting_answers.quieted(findings, mail)
    findings += policy_findings.together(findings, policy.own_action(policy_findings.TOGETHER))
    findings += policy_findings.unknown(facts, policy.own_action(policy_findings.UNKNOWN))
    ordered = tuple(sorted(findings, key=order))
    scores = run.scores() if policy.with_scores else {}
    return Verdict(
        disposition(ordered),
        ordered,
        exposure,
        run.broken,
        links=run.links(),
        mentions=mentions,
        scores=scores,
    )


def _without_echoes(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Leave out what goes without saying where another rule says of the same recipient what asks at least as much: that a near-typo is new."""
    quiet = {name for name, rule in registry.rules().items() if getattr(rule, "GOES_WITHOUT_SAYING", False)}
    told: dict[str, int] = {}
    for found in findings:
        if found.rule not in quiet:
            told[found.about.recipient] = max(told.get(found.about.recipient, 0), strength(found))
    return (f for f in findings if f.rule not in quiet or strength(f) > told.get(f.about.recipient, 0))


@dataclass(slots=True)
class _Run:
    """One judgement in progress."""

    mail: Mail
    facts: Facts
    policy: Policy
    broken: dict[str, str] = field(default_factory=dict)

    def measure(self) -> Exposure:
        """How much personal data travels, if somebody asks for it; what cannot be measured counts as a broken rule."""
        measured: list[Exposure] = []
        settings = self.policy.rules.get(PERSONAL)
        if settings is None or settings.action is not Action.OFF or self.policy.with_values:
            self._guarded(PERSONAL, measured, self._exposure)
        return measured[0] if measured else unmeasured(self.mail)

    def mentions(self) -> tuple[Mention, ...]:
        """Of whom the files speak; what breaks counts as a broken rule."""
        rule = registry.rules().get(WRONG_CUSTOMER)
        if rule is None or not any(part.name for part in self.mail.message.parts):
            return ()
        found: list[Mention] = []
        settings = self.policy.rules.get(WRONG_CUSTOMER) or RuleSettings(rule.ACTION, rule.Options())
        if settings.action is not Action.OFF:
            self._guarded(WRONG_CUSTOMER, found, rule.mentions_of, self.mail, settings.options)
        return tuple(found)

    def links(self) -> Mapping[str, int] | None:
        """Where the links of the text lead; None: they could not be counted."""
        found: list[Mapping[str, int]] = []
        self._guarded("web-links", found, lambda: [web_links.domains(self.mail.message)])
        return found[0] if found else None

    def _exposure(self) -> Iterable[Exposure]:
        return (exposure_of(self.mail, self.facts, with_values=self.policy.with_values),)

    def findings(self) -> list[Finding]:
        """What all rules say, with their names and what follows."""
        found: list[Finding] = []
        said: list[Finding] = []  # one list for all: nearly every rule leaves it empty
        off = Action.OFF
        for name, rule in registry.rules().items():
            settings = self.policy.rules.get(name) or RuleSettings(rule.ACTION, rule.Options())
            if settings.action is off:
                continue
            if name not in self.broken:
                self._guarded(name, said, rule.check, self.mail, self.facts, settings.options)
            if name in self.broken:
                said.append(_broken(name))
            if said:
                found += _named(name, said, settings)
                said.clear()
        return found

    def scores(self) -> Mapping[str, Mapping[str, float]]:
        """What the rules that weigh every recipient think of each, whatever their action."""
        found: dict[str, Mapping[str, float]] = {}
        for name, rule in registry.rules().items():
            if weigh := getattr(rule, "scores", None):
                found[name] = weigh(self.mail, self.facts)
        return found

    def _guarded(self, name: str, found: list[T], look: Callable[..., Iterable[T]], *given: object) -> None:
        """Run a rule; what it raises is remembered, and becomes a finding: nothing is passed that was not inspected."""
        try:
            found.extend(look(*given))
        except Exception as error:  # noqa: BLE001 - the first of the three places of the house: around one rule
            self.broken[name] = _place(error)


def _named(name: str, said: Iterable[Finding], settings: RuleSettings) -> list[Finding]:
    """What a rule said, with its name and what follows."""
    noted = settings.action is Action.NOTE  # and adds nothing: it only watches
    named = (replace(f, rule=name, action=_action(f, settings), points=0.0 if noted else f.points) for f in said)
    return [f for f in named if f.action is not Action.OFF]


def _action(found: Finding, settings: RuleSettings) -> Action:
    """The finding's own action before the rule's; but a rule that is set to note only notes."""
    return settings.action if found.action is None or settings.action is Action.NOTE else found.action


def _broken(name: str) -> Finding:
    """The finding that stands for what a broken rule did not say."""
    words = {
        "ja": f"検査「{name}」を最後まで行えなかったため、この点は確認できていません。",
        "en": f"The check “{name}” could not be completed, so nothing is known on this point.",
    }
    return Finding(About(), words, reason="broken")


def _place(error: Exception) -> str:
    """Class and place of an error, without its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


def order(finding: Finding) -> tuple[int, int, float]:
    """The strongest first; of equal ones recipients before files before the message: who gets it matters most."""
    place = 0 if finding.about.recipient else 1 if finding.about.part else 2
    return -strength(finding), place, -finding.score


def disposition(findings: Iterable[Finding]) -> str:
    """What the strongest finding makes of the message; only what nobody is asked about leaves by itself."""
    actions = {Action.HOLD if f.action is Action.DELAY and not f.delay else f.action for f in findings}
    if Action.REJECT in actions:
        return "reject"
    if Action.HOLD in actions or Action.APPROVE in actions:
        return "hold"
    return "delay" if Action.DELAY in actions else "pass"
