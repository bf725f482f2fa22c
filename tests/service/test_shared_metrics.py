"""The folder of the metrics: swept when nobody holds it any more, and only then."""

from pathlib import Path

from service.shared_metrics import folder, sweep


def test_a_folder_is_there_until_its_end_and_nobody_sweeps_it() -> None:
    with folder() as made:
        (made / "counter_1.db").touch()
        sweep(made.parent)
        assert list(made.iterdir()) == [made / "counter_1.db"]
    assert not made.exists()


def test_what_a_killed_parent_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    left, other = tmp_path / "sekisho-metrics-abc", tmp_path / "elsewhere"
    left.mkdir()
    (left / "counter_1.db").touch()
    other.mkdir()
    (tmp_path / "sekisho-metrics-link").symlink_to(other)
    sweep(tmp_path)
    assert not left.exists()
    assert other.is_dir()
