"""Figures of the desk for /metrics: letters and their answers, legal deadlines, drills; counts of real cases, and no more."""

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from store.shelves import Shelves

KINDS = ("hard", "soft")
STATES = ("running", "met", "late", "void")


def gauges(shelves: Shelves) -> list[Metric]:
    """All of them, also those that are 0: an alarm needs a figure before the first case."""
    letters = GaugeMetricFamily(
        "sekisho_letters",
        "Letters to unintended recipients: `sent` first, `asked-again`; recipients who `answered`, `refused`, or whose answer is `overdue`",
        labels=["state"],
    )
    for state, number in shelves.desk_overview.letters().items():
        letters.add_metric([state], number)
    deadlines = GaugeMetricFamily(
        "sekisho_deadlines", "Legal deadlines by kind and by what became of them", labels=["kind", "state"]
    )
    counted = shelves.desk_overview.deadlines()
    for kind in KINDS:
        for state in STATES:
            deadlines.add_metric([kind, state], counted.get((kind, state), 0))
    drills = GaugeMetricFamily("sekisho_drills", "Drills by state", labels=["state"])
    for state, number in shelves.drills.counts().items():
        drills.add_metric([state], number)
    found: list[Metric] = [letters, deadlines, drills]
    if last := shelves.drills.last_ended():
        age = GaugeMetricFamily("sekisho_drill_seconds", "Seconds since the last drill that was played began")
        age.add_metric([], (shelves.now - last).total_seconds())
        found.append(age)
    return found
