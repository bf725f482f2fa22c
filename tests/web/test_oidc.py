"""Signing in at a provider: against a real one on loopback, and against one that lies, sleeps or says too much."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from store.clock import Clock
from tests.helpers.clock import TestClock
from tests.helpers.pages import BASE, SENDER, World, read, text_of
from tests.helpers.provider import SECRET, RealProvider, StrangeProvider, reason_to_skip
from tests.helpers.signing_in import ask, links
from web.app import whole_app
from web.options import OidcOptions, WebOptions, is_safe
from web.provider import QUIET, Provider, ProviderError, Secrets

BACK = f"{BASE}/sign-in/oidc/back"
BROWSER = "b" * 43


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "oidc.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def real() -> Iterator[RealProvider]:
    if reason := reason_to_skip():
        pytest.skip(reason)
    provider = RealProvider(BACK)
    yield provider
    provider.stop()


@pytest.fixture
def strange() -> Iterator[StrangeProvider]:
    provider = StrangeProvider()
    yield provider
    provider.stop()


def with_provider(world: World, issuer: str, secret_file: Path | None, **changes: Any) -> World:
    """The pages with a provider; it goes by the true time, as the real one does."""
    oidc = OidcOptions(issuer=issuer, client_id="sekisho", secret_file=secret_file, name="社内ID", **changes)
    options = WebOptions(base_url=BASE, oidc=oidc)
    world.pages = replace(world.pages, options=options, provider=Provider(oidc, Clock()))
    world.app = whole_app(world.pages)
    return world


async def start(client: httpx2.AsyncClient, back: str = "/mail?show=sent") -> httpx2.Response:
    form = read((await client.get("/sign-in", params={"next": back})).text)[0][0]
    return await client.post(form.action, data=dict(form.as_it_stands()))


def leads_to(answer: httpx2.Response) -> str:
    return next(href for href in read(answer.text)[1] if href.startswith("http"))


async def is_signed_in(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/mail")).status_code == 200


async def test_a_real_provider_signs_somebody_in_and_leads_back(
    world: World, real: RealProvider, secret_file: Path
) -> None:
    with_provider(world, real.issuer, secret_file)
    await real.says(email_verified=True)
    async with world.client() as client:
        begun = await start(client)
        assert "社内ID" in begun.text
        to = leads_to(begun)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == BACK
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        back = await real.sign_in(SENDER, to)
        answer = await client.get(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/mail?show=sent")
        assert SENDER in text_of((await client.get("/mail")).text)
        entries = await world.store.read(lambda shelves: shelves.audit.newest(1))
        assert (entries[0]["who"], entries[0]["act"], entries[0]["details"]) == (SENDER, "sign-in", {"way": "oidc"})
        async with world.client() as other:  # the answer once more, in the same browser and in another
            assert (await other.get(back)).status_code == 403
            other.headers["cookie"] = "; ".join(f"{n}={v}" for n, v in client.cookies.items() if "sign-in" in n)
            assert (await other.get(back)).status_code == 403
            assert not await is_signed_in(other)


@pytest.mark.parametrize(
    ("says", "options", "who"),
    [
        ({"email_verified": False}, {}, ""),
        ({"email_verified": "true"}, {}, ""),
        ({}, {}, ""),
        ({}, {"needs_verified": False}, SENDER),
        ({"upn": "mori@tachibana.example", "email_verified": True}, {"claim": "upn"}, "mori@tachibana.example"),
        ({"email": "stranger@customer.example", "email_verified": True}, {}, ""),
        ({"email": "no address", "email_verified": True}, {}, ""),
        ({"email": [SENDER], "email_verified": True}, {}, ""),
    ],
)
async def test_the_address_is_believed_as_the_settings_say(
    world: World, real: RealProvider, secret_file: Path, says: dict[str, Any], options: dict[str, Any], who: str
) -> None:
    with_provider(world, real.issuer, secret_file, **options)
    await real.says(**says)
    async with world.client() as client:
        answer = await client.get(await real.sign_in(SENDER, leads_to(await start(client))))
        assert answer.status_code == (303 if who else 403)
        page = await client.get("/mail")
        assert who in text_of(page.text) if who else page.status_code == 303


async def test_who_says_no_at_the_provider_is_told_so_and_may_take_the_link(
    world: World, real: RealProvider, secret_file: Path
) -> None:
    with_provider(world, real.issuer, secret_file)
    async with world.client() as client:
        answer = await client.get(await real.sign_in(SENDER, leads_to(await start(client)), refuse=True))
        assert answer.status_code == 403
        assert "#address" not in read(answer.text)[1]
        form = read(answer.text)[0][-1]
        await client.post(form.action, data={**dict(form.as_it_stands()), "address": SENDER})
    assert [who for who, _ in await links(world)] == [SENDER]


@pytest.fixture
def wrong_secret(tmp_path: Path) -> Path:
    file = tmp_path / "wrong.secret"
    file.write_text("another-word")
    file.chmod(0o600)
    return file


async def test_a_wrong_secret_is_a_no(world: World, real: RealProvider, wrong_secret: Path) -> None:
    with_provider(world, real.issuer, wrong_secret)
    await real.says(email_verified=True)
    async with world.client() as client:
        assert (await client.get(await real.sign_in(SENDER, leads_to(await start(client))))).status_code == 403


async def test_an_answer_is_good_only_in_the_browser_that_asked(
    world: World, real: RealProvider, secret_file: Path
) -> None:
    """Otherwise somebody could sign others in as themselves, and read what they write."""
    with_provider(world, real.issuer, secret_file)
    await real.says(email_verified=True)
    async with world.client() as attacker, world.client() as victim:
        back = await real.sign_in("mori@tachibana.example", leads_to(await start(attacker)))
        await start(victim)
        assert (await victim.get(back)).status_code == 403
        assert not await is_signed_in(victim)


@pytest.mark.parametrize("change", ["state", "iss", "code"])
async def test_a_changed_answer_signs_nobody_in(
    world: World, real: RealProvider, secret_file: Path, change: str
) -> None:
    with_provider(world, real.issuer, secret_file)
    await real.says(email_verified=True)
    async with world.client() as client:
        back = await real.sign_in(SENDER, leads_to(await start(client)))
        query = {**{n: v[0] for n, v in parse_qs(urlsplit(back).query).items()}, change: "x"}
        assert (await client.get("/sign-in/oidc/back", params=query)).status_code == 403
        assert not await is_signed_in(client)


async def test_a_provider_that_is_down_leaves_the_link_by_mail(world: World, secret_file: Path) -> None:
    with_provider(world, "http://127.0.0.1:9", secret_file)
    async with world.client() as client:
        assert (await client.get("/sign-in")).status_code == 200
        answer = await start(client)
        assert answer.status_code == 503
        assert "does not answer" in text_of((await client.post("/sign-in/oidc?lang=en", data=form_of(answer))).text)
        form = read(answer.text)[0][-1]
        assert form.value("next") == "/mail?show=sent"
        await client.post(form.action, data={**dict(form.as_it_stands()), "address": SENDER})
    assert [who for who, _ in await links(world)] == [SENDER]


def form_of(answer: httpx2.Response) -> dict[str, str]:
    return dict(read(answer.text)[0][0].as_it_stands())


def claims(provider: StrangeProvider, **changes: Any) -> dict[str, Any]:
    """What a good ID token says."""
    now = int(time.time())
    good = {
        "iss": provider.issuer,
        "aud": "sekisho",
        "sub": "1",
        "exp": now + 300,
        "iat": now,
        "nonce": Secrets.of(BROWSER).nonce,
        "email": SENDER,
        "email_verified": True,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def client_of(strange: StrangeProvider, secret_file: Path | None, **changes: Any) -> Provider:
    options = {"issuer": strange.issuer, "client_id": "sekisho", "secret_file": secret_file, "timeout": 2}
    return Provider(OidcOptions(**{**options, **changes}), Clock())


async def person(provider: Provider) -> str:
    return await provider.person("code", Secrets.of(BROWSER), BACK)


async def test_a_good_token_names_the_person(strange: StrangeProvider, secret_file: Path) -> None:
    for audience in ("sekisho", ["sekisho"]):
        strange.claims = claims(strange, aud=audience)
        assert await person(client_of(strange, secret_file)) == SENDER
    strange.claims = claims(strange, aud=["other", "sekisho"], azp="sekisho")
    assert await person(client_of(strange, secret_file)) == SENDER
    path, body, authorization = next(one for one in strange.asked if one[0] == "/token")
    form = {name: values[0] for name, values in parse_qs(body).items()}
    assert form["code_verifier"] == Secrets.of(BROWSER).verifier
    assert SECRET not in body
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"sekisho:{SECRET.replace('~', '~')}"
    assert path


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"aud": ["sekisho", "another"]},
        {"aud": ["sekisho", "another"], "azp": "another"},
        {"aud": None},
        {"azp": "another"},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 1},
        {"iat": 9_999_999_999},
        {"iat": None},
        {"nonce": "x"},
        {"nonce": None},
        {"sub": None},
        {"sub": 1},
        {"email": None},
        {"email": "a@b@c"},
        {"email": f"{SENDER}\n"},
        {"email_verified": 1},
    ],
)
async def test_a_token_that_is_not_for_us_now_is_none(
    strange: StrangeProvider, secret_file: Path, changes: dict[str, Any]
) -> None:
    strange.claims = claims(strange, **changes)
    with pytest.raises(ProviderError) as caught:
        await person(client_of(strange, secret_file))
    assert caught.value.permanent
    assert SENDER not in str(caught.value)


def unsigned(given: dict[str, Any]) -> str:
    head, body = (base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in ({"alg": "none"}, given))
    return f"{head.decode()}.{body.decode()}."


def by_another_key(given: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, given, RSAKey.generate_key(2048))


def by_an_unknown_key(given: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "two"}, given, RSAKey.generate_key(2048))


def nonsense(_: dict[str, Any]) -> str:
    return "nonsense"


@pytest.mark.parametrize(
    "sign", [unsigned, by_another_key, by_an_unknown_key, nonsense, StrangeProvider.with_our_secret]
)
async def test_a_token_that_is_not_the_providers_is_none(
    strange: StrangeProvider, secret_file: Path, sign: Any
) -> None:
    strange.sign = strange.with_our_secret if sign is StrangeProvider.with_our_secret else sign
    strange.claims = claims(strange)
    with pytest.raises(ProviderError) as caught:
        await person(client_of(strange, secret_file))
    assert caught.value.permanent


async def test_a_symmetric_key_in_its_list_is_not_used(strange: StrangeProvider, secret_file: Path) -> None:
    strange.keys = [{"kty": "oct", "kid": "one", "k": base64.urlsafe_b64encode(SECRET.encode()).rstrip(b"=").decode()}]
    strange.sign = strange.with_our_secret
    strange.claims = claims(strange)
    with pytest.raises(ProviderError):
        await person(client_of(strange, secret_file))


async def test_a_new_key_is_looked_for_once(strange: StrangeProvider, secret_file: Path) -> None:
    provider = client_of(strange, secret_file)
    strange.claims = claims(strange)
    await person(provider)
    strange.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    strange.sign = lambda given: jwt.encode({"alg": "RS256", "kid": "two"}, given, strange.key)
    with pytest.raises(ProviderError):  # it was asked a moment ago
        await person(provider)
    assert provider._known
    provider._known = replace(provider._known, at=provider._known.at - timedelta(minutes=2))
    assert await person(provider) == SENDER
    assert len([path for path, *_ in strange.asked if path == "/keys"]) == 2


async def test_what_it_says_of_itself_is_kept_for_a_while(strange: StrangeProvider, secret_file: Path) -> None:
    provider = client_of(strange, secret_file)
    for _ in range(3):
        await provider.address_of_start(Secrets.of(BROWSER), BACK)
    assert len(strange.asked) == 2
    assert provider._known
    provider._known = replace(provider._known, at=provider._known.at - timedelta(hours=1))
    await provider.address_of_start(Secrets.of(BROWSER), BACK)
    assert len(strange.asked) == 4


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://other.example"},
        {"authorization_endpoint": "http://other.example/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"jwks_uri": "http://other.example/"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
async def test_it_leads_nowhere_that_can_be_listened_to(
    strange: StrangeProvider, secret_file: Path, about: dict[str, Any]
) -> None:
    strange.about = about
    with pytest.raises(ProviderError):
        await client_of(strange, secret_file).address_of_start(Secrets.of(BROWSER), BACK)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{", b"{}", b"x" * 2_000_000])
async def test_an_answer_that_is_none_is_as_good_as_none(
    strange: StrangeProvider, secret_file: Path, body: bytes
) -> None:
    strange.body = body
    with pytest.raises(ProviderError) as caught:
        await client_of(strange, secret_file).address_of_start(Secrets.of(BROWSER), BACK)
    assert not caught.value.permanent


async def test_nobody_waits_longer_than_the_limit(strange: StrangeProvider, secret_file: Path) -> None:
    strange.delay = 6
    began = time.monotonic()
    with pytest.raises(ProviderError, match="in time"):
        await client_of(strange, secret_file, timeout=0.2).address_of_start(Secrets.of(BROWSER), BACK)
    assert time.monotonic() - began < 5


async def test_many_who_sign_in_at_a_slow_provider_wait_beside_one_another_and_it_is_asked_once(
    strange: StrangeProvider, secret_file: Path
) -> None:
    strange.delay = 9
    provider = client_of(strange, secret_file, timeout=1)
    began = time.monotonic()
    starts = (provider.address_of_start(Secrets.of(f"{n}"), BACK) for n in range(20))
    found = await asyncio.gather(*starts, return_exceptions=True)
    assert time.monotonic() - began < 8
    assert all(isinstance(one, ProviderError) and one.slow and not one.permanent for one in found)
    assert len(strange.asked) == 1


async def test_a_provider_that_was_silent_is_not_asked_again_for_a_moment_and_then_it_is(
    strange: StrangeProvider, secret_file: Path, clock: TestClock
) -> None:
    strange.delay = 6
    oidc = OidcOptions(issuer=strange.issuer, client_id="sekisho", secret_file=secret_file, timeout=1)
    provider = Provider(oidc, clock)
    for _ in range(3):
        with pytest.raises(ProviderError) as caught:
            await provider.address_of_start(Secrets.of(BROWSER), BACK)
        assert caught.value.slow
    assert len(strange.asked) == 1
    strange.delay = 0
    clock.advance(QUIET)
    assert await provider.address_of_start(Secrets.of(BROWSER), BACK)


async def test_who_goes_away_while_the_provider_is_asked_ends_it_for_nobody_else(
    strange: StrangeProvider, secret_file: Path
) -> None:
    strange.delay = 0.3
    provider = client_of(strange, secret_file)
    first = asyncio.create_task(provider.address_of_start(Secrets.of("a"), BACK))
    second = asyncio.create_task(provider.address_of_start(Secrets.of("b"), BACK))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert len(strange.asked) == 2


async def test_a_slow_provider_is_told_in_plain_words_and_keeps_no_link_by_mail_waiting(
    world: World, strange: StrangeProvider, secret_file: Path
) -> None:
    strange.delay = 3
    with_provider(world, strange.issuer, secret_file, timeout=1)
    async with world.client() as client, world.client() as other:
        form = read((await client.get("/sign-in?lang=en")).text)[0][0]
        slow = asyncio.create_task(client.post(form.action, data=dict(form.as_it_stands())))
        began = time.monotonic()
        assert (await ask(other, SENDER)).status_code == 303
        assert not slow.done()
        assert time.monotonic() - began < 1
        answer = await slow
        assert answer.status_code == 504
        assert "takes too long to answer" in text_of(answer.text)
        assert "Nothing of yours is lost" in text_of(answer.text)
        for _ in range(40):  # however often somebody tries, the link is still there
            await client.post(form.action, data=dict(form.as_it_stands()))
        assert (await ask(client, "mori@tachibana.example")).status_code == 303
    assert {who for who, _ in await links(world)} == {SENDER, "mori@tachibana.example"}


async def test_a_public_client_and_one_by_form_prove_themselves_their_way(
    strange: StrangeProvider, secret_file: Path
) -> None:
    strange.claims = claims(strange)
    assert await person(client_of(strange, None)) == SENDER
    _, body, authorization = strange.asked[-1]
    assert "client_secret" not in body + authorization
    strange.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert await person(client_of(strange, secret_file)) == SENDER
    _, body, authorization = strange.asked[-1]
    assert parse_qs(body)["client_secret"] == [SECRET]
    assert authorization == ""


def test_what_is_kept_from_others_differs_for_each_browser() -> None:
    one, other = Secrets.of("a"), Secrets.of("b")
    values = [one.state, one.nonce, one.verifier, one.challenge, other.state, other.nonce, other.verifier]
    assert len(set(values)) == len(values)
    assert all(len(value) == 43 for value in values)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://id.example/a", True),
        ("http://127.0.0.1:1/", True),
        ("http://[::1]:1/", True),
        ("http://id.example/", False),
        ("ftp://127.0.0.1/", False),
        ("https:///x", False),
        ("", False),
    ],
)
def test_only_tls_or_this_very_machine_is_asked(url: str, safe: bool) -> None:
    assert is_safe(url) is safe
