"""Recipients are counted one by one only where there can be enough of them, and nothing is missed by that."""

from hypothesis import example, given
from hypothesis import strategies as st

from mail.address import key
from rules.examples import facts, mail
from rules.recipient_too_many_external import Options, check, readable

written = st.sampled_from(
    ["a@customer.example", "b@other.example", "c@tachibana.example", "@", "a", ", ", "<", ">", '"', " "]
)
lists = st.lists(written, max_size=10).map("".join)


@given(lists, lists, st.integers(0, 4))
@example("a@customer.example", "b@other.example", 2)
def test_a_message_is_asked_about_when_it_has_so_many_outside_recipients(to: str, cc: str, limit: int) -> None:
    outside = {key(a) for value in (to, cc) for a in readable(value) if facts().is_outside(a)}
    domains = {address.rpartition("@")[2] for address in outside}
    found = list(check(mail(headers=(("To", to), ("Cc", cc))), facts(), Options(limit=limit)))
    assert bool(found) == (len(outside) >= limit and len(domains) >= 1)
