"""What somebody outside says can neither silence one of ours nor go unheard itself."""

from response import flood
from response.desk import Desk
from store.engine import Store
from tests.response.cases import SENDER, evidence
from tests.response.test_report_mail import report

CLIENT = "192.0.2.1"


async def test_a_flood_in_the_name_of_one_of_ours_does_not_bury_his_own_report(desk: Desk, store: Store) -> None:
    for n in range(flood.WHOLE + 2):
        await desk.take_mail(SENDER, CLIENT, report(f"forged {n}"))
    ticket = await desk.take_mail(SENDER, CLIENT, report("昨日の名簿のメール、違う相手でした"), proven=True)
    assert ticket
    said = [e for e in await evidence(store, ticket.id) if e.event == "reported"]
    assert [e.body["words"] for e in said] == ["昨日の名簿のメール、違う相手でした"]
    again = await desk.take_mail(SENDER, CLIENT, report("もう一通ありました"), proven=True)
    assert again
    assert again.id == ticket.id


async def test_a_flood_in_ever_other_names_of_ours_opens_as_many_tickets_as_one_of_strangers(desk: Desk) -> None:
    found = set()
    for n in range(flood.STRANGERS + 10):
        ticket = await desk.take_mail(f"forged-{n}@tachibana.example", CLIENT, report(f"forged {n}"))
        assert ticket
        found.add(ticket.id)
    assert len(found) == flood.STRANGERS
    real = await desk.take_mail(SENDER, CLIENT, report("名簿を違う相手に"), proven=True)
    assert real
    assert real.id not in found
