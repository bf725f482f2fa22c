"""Cases and settings of outside trackers for tests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notifier.tracker_options import Tracker
from notifier.trackers import FACTS, Case
from tests.helpers.tracker_contracts import SECRET

NUMBER = "K7Q2-9MXD"
AT = datetime(2026, 11, 29, 7, tzinfo=UTC)


def case(number: str = NUMBER, *, event: str = "ticket.opened", id_: str = "msg_1", **facts: str) -> Case:
    """A ticket as the outside sees it; what is not given has not happened."""
    all_ = dict.fromkeys(FACTS, "") | {
        "case": number,
        "kind": "real",
        "state": "open",
        "opened": "2026-11-29T07:00:00Z",
    }
    all_ |= {
        "due": "2026-11-30T20:00:00Z",
        "persons_min": "128",
        "persons_max": "131",
        "link": f"https://desk.example/tickets/{number}",
    }
    all_ |= facts
    day = datetime(2026, 12, 1, tzinfo=UTC).date()  # 05:00 in Tokyo
    title, text = f"[{number}] 誤送信の対応（{all_['state']}）", f"状態：{all_['state']}\n対象者数：128～131"
    return Case(id_, number, all_, title, text, {"due": day} if all_["due"] else {}, event, AT, "ja")


def secret_file(folder: Path, *words: str) -> Path:
    """A file of mode 0600."""
    path = folder / "secret"
    path.touch(0o600)
    path.write_text("\n".join(words or (SECRET,)) + "\n")
    return path


def tracker(folder: Path, kind: str, url: str, **other: Any) -> Tracker:
    """Settings of one."""
    given: dict[str, Any] = {"kind": kind, "name": kind, "url": url, "secret_file": secret_file(folder)}
    return Tracker(**given | other)
