"""What the admin's pages show: an admin, a gate with two positions, exemptions, figures of a year, held mail."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from gateway.gate import Gate
from gateway.options import Exemption, GateOptions
from notifier.options import Person
from service.in_force import in_force
from service.settings import parse
from store.confirmed import Confirmed
from store.counted import Counted
from tests.helpers.pages import BLOCK, DATA, MANY, ORGANISATION, SENDER, World
from web.app import whole_app
from web.running import Running

ADMIN = "kan@tachibana.example"
SETTINGS = '[organisation]\nname = "橘"\ndomains = ["tachibana.example"]\n'
ASKED = {
    "recipient-typo": {"confirmed": 9, "corrected": 41, "cancelled": 6},
    "recipient-unusual": {"confirmed": 120, "left-out": 1, "expired": 4},
    "content-personal-data": {"confirmed": 30, "cancelled": 22, "released": 2},
    "recipient-too-many-external": {"corrected": 12, "confirmed": 3},
}


def with_an_admin(world: World) -> None:
    """Give the organisation an admin."""
    person = Person(address=ADMIN, name="菅", roles=("admin",))
    world.organisation = ORGANISATION.model_copy(update={"people": (*ORGANISATION.people, person)})
    world.__post_init__()


async def filled(world: World, folder: Path) -> str:
    """A bit of everything; the number of a held message."""
    gate = Gate(folder / "gate.json", GateOptions(groups={"sales": ()}), world.clock)
    gate.set("normal", by="菅", reason="試行期間の終わり")
    gate.set("hold-all", by="菅", reason="調査", until=world.clock.now() + timedelta(hours=2), group="sales")
    running = Running(gate, in_force(parse(SETTINGS, folder / "sekisho.toml")))
    until = date(2027, 3, 31)
    exempt = Exemption(senders=("scan@tachibana.example",), owner="菅", reason="複合機", until=until)
    world.pages.flow.options = replace(
        world.pages.flow.options, exemptions=(exempt,), groups={"sales": ("@tachibana.example",)}
    )
    world.pages = replace(world.pages, running=running)
    world.app = whole_app(world.pages)
    day, rows = "2026-04-01", []
    for rule, became in ASKED.items():
        rows.append(Counted(day, rule, "sales", "asked", count=sum(became.values()) + 2))
        rows += [Counted(day, rule, "sales", name, 3, count) for name, count in became.items()]
    rows += [
        Counted(f"20{25 + (m + 3) // 12}-{(m + 3) % 12 + 1:02}-20", "", "", "cancelled", 3, 3 * m + 2)
        for m in range(12)
    ]
    file = Confirmed(
        "p" * 64,
        "customer.example",
        SENDER,
        SENDER,
        "社員名簿_2026年度_最終版.xlsx",
        DATA["rule"],
        "H1",
        world.clock.now() + timedelta(days=180),
    )
    _, held = await world.hold()
    await world.hold((BLOCK, MANY), received_at=world.clock.now() - timedelta(days=1, hours=3))
    await world.sent(subject="打ち合わせの資料")

    await world.store.commit(lambda s: s.outcomes.add(rows))
    await world.store.commit(lambda s: s.confirmed.add([file]))
    return held.id
