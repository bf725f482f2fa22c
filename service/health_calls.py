"""Figures of calls for /metrics: cases that nobody has taken yet, and whom the last test of the contact tree reached."""

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from store.shelves import Shelves


def gauges(shelves: Shelves) -> list[Metric]:
    """Numbers only; drills are not among them."""
    calls = GaugeMetricFamily(
        "sekisho_calls",
        "Lines of calls to real cases that nobody has taken: `waiting` for the first called, `escalated` to further people",
        labels=["state"],
    )
    for state, number in shelves.calls.counts().items():
        calls.add_metric([state], number)
    test = shelves.reach_tests.last()
    if test is None:
        return [calls]
    asked = [call for call in shelves.calls.of(test.id) if not call.instead_of]
    reached = GaugeMetricFamily(
        "sekisho_reach", "People of the last test of the contact tree: `asked`, `answered`", labels=["what"]
    )
    reached.add_metric(["asked"], len(asked))
    reached.add_metric(["answered"], sum(not call.is_silent for call in asked))
    age = GaugeMetricFamily("sekisho_reach_test_seconds", "Age of the last test of the contact tree")
    age.add_metric([], (shelves.now - test.started_at).total_seconds())
    return [calls, reached, age]
