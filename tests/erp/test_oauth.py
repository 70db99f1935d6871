"""Signing in, staying signed in while refresh tokens rotate, and being signed out."""

import asyncio
import errno
import json
import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contaazul_sync.core.errors import CredentialsError, NotSignedIn, SignInError, SignInExpired, Unavailable
from contaazul_sync.erp import oauth
from contaazul_sync.erp.oauth import Tokens, authorize_address, code_from, refusal, unfinished
from contaazul_sync.home import lock
from contaazul_sync.home.credentials import Vault
from contaazul_sync.net.line import USER_AGENT

TOKEN = "/oauth/token"
LANDED = "https://contaazul.com"
NO_ANSWER = "The ERP's sign-in does not answer ({why})."
WRONG_CLIENT = (
    "The ERP does not accept the client ID with this client secret."
    " Run: contaazul-sync auth --secrets (it asks for them again)"
)


def signed_address(world: Any, state: str = "s1") -> str:
    box = world.sandbox
    return authorize_address(box.authorize_url, box.client_id, box.redirect_uri, state)


def fresh_code(world: Any) -> str:
    return code_from(world.sandbox.approve(signed_address(world)), "s1")


def exchange(world: Any, code: str) -> Any:
    async def sign_in() -> None:
        tokens = world.tokens()
        await tokens.keep(await tokens.exchange(code, world.sandbox.redirect_uri), "1203344")

    asyncio.run(sign_in())
    return world.vault.read()


def access(world: Any, rejected: str = "") -> Any:
    return asyncio.run(world.tokens().access(rejected))


def sign_out(world: Any) -> None:
    world.vault.update(access_token="", refresh_token="", expires_at="")


def accepted(world: Any, token: str) -> Any:
    return world.sandbox.erp.sessions.is_live(f"Bearer {token}")


# The address


def test_the_address_has_its_values_raw_and_plus_signs_in_the_scope():
    address = authorize_address(
        "https://login.contaazul.com/#/oauth/authorize", "client", "https://loja.example/volta/", "s_-1"
    )

    assert address == (
        "https://login.contaazul.com/#/oauth/authorize?response_type=code&client_id=client"
        "&redirect_uri=https://loja.example/volta/&state=s_-1"
        "&scope=openid+profile+aws.cognito.signin.user.admin"
    )


def test_an_address_that_has_a_query_already_keeps_it():
    address = authorize_address("https://login.example/?lang=pt", "client", "https://loja.example", "s1")

    assert address.startswith("https://login.example/?lang=pt&response_type=code&")


def test_the_merchant_confirms_on_the_page_of_the_address(world):
    landed = world.sandbox.approve(signed_address(world))

    assert parse_qs(urlsplit(landed).query).keys() == {"code", "state"}


# What is pasted


@pytest.mark.parametrize(
    "pasted",
    [
        f"{LANDED}/?code=c-1&state=s1",
        f"  {LANDED}?state=s1&code=c-1\n",
        f"{LANDED}/#/integracao?code=c-1&state=s1",
        "code=c-1&state=s1",
        "?code=c-1&state=s1",
        "c-1",
        " c-1\n",
    ],
)
def test_the_code_is_found_in_whatever_the_merchant_copied(pasted):
    assert code_from(pasted, "s1") == "c-1"


@pytest.mark.parametrize("state", ["&state=another", "&state=", "", "&state=s1&state=another"])
def test_an_address_of_another_sign_in_is_refused(state):
    with pytest.raises(SignInError, match="its state differs"):
        code_from(f"{LANDED}/?code=c-1{state}", "s1")


def test_a_merchant_who_refuses_is_told_what_the_erp_says():
    with pytest.raises(SignInError, match="access_denied") as caught:
        code_from(f"{LANDED}/?error=access_denied&state=s1", "s1")

    assert caught.value.exit_code == 4


@pytest.mark.parametrize("pasted", ["", "   \n"])
def test_nothing_pasted_is_said(pasted):
    with pytest.raises(SignInError, match="Nothing was pasted"):
        code_from(pasted, "s1")


@pytest.mark.parametrize("pasted", [LANDED, f"{LANDED}/?state=s1", f"{LANDED}/?code=&state=s1"])
def test_an_address_without_a_code_is_said(pasted):
    with pytest.raises(SignInError, match="paste the whole address"):
        code_from(pasted, "s1")


def test_a_garbled_address_is_an_error_that_says_what_to_do():
    with pytest.raises(SignInError, match=r"What was pasted is no address\. Run: contaazul-sync auth"):
        code_from("https://[contaazul.com/?code=c-1&state=s1", "s1")


# The code


def test_a_code_becomes_tokens_that_are_kept_and_work(world):
    sign_out(world)

    held = exchange(world, fresh_code(world))

    assert accepted(world, held.access_token)
    assert world.vault.read() == held
    assert refusal(held) is None
    assert unfinished(held) is None
    assert world.sandbox.client_secret not in repr(held)


def test_tokens_whose_company_is_not_known_yet_leave_the_former_sign_in_alone(world):
    before = world.vault.read()

    pair = asyncio.run(world.tokens().exchange(fresh_code(world), world.sandbox.redirect_uri))

    assert accepted(world, pair.access_token)
    assert world.vault.read() == before


def test_a_sign_in_that_an_older_version_cut_short_is_none(world):
    world.vault.update(company_id="")

    assert isinstance(unfinished(world.vault.read()), NotSignedIn)


def test_the_token_endpoint_is_asked_by_a_form_with_the_client_in_the_header(world):
    exchange(world, fresh_code(world))

    asked = world.arrived("POST", TOKEN)[-1]
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["authorization"].startswith("Basic ")
    assert world.sandbox.client_secret.encode() not in asked.raw


@pytest.mark.parametrize("word", ["invalid_request", "invalid_grant"])
def test_a_code_older_than_three_minutes_is_refused_in_plain_words(world, clock, word):
    world.sandbox.erp.switches.code_error = word
    code = fresh_code(world)
    clock.move(seconds=181)

    with pytest.raises(SignInError, match="good for three minutes, and once") as caught:
        exchange(world, code)

    assert caught.value.exit_code == 4


def test_a_code_works_once(world):
    code = fresh_code(world)
    first = exchange(world, code)

    with pytest.raises(SignInError, match="invalid, expired or already used"):
        exchange(world, code)

    assert world.vault.read() == first


def test_a_refused_code_leaves_the_former_sign_in_alone(world):
    before = world.vault.read()

    with pytest.raises(SignInError):
        exchange(world, "no-such-code")

    assert world.vault.read() == before


def test_a_code_is_not_sent_twice_when_the_answer_is_lost(world):
    world.sandbox.erp.faults.add("drop_after", "POST", TOKEN)

    with pytest.raises(Unavailable):
        exchange(world, fresh_code(world))

    assert len(world.arrived("POST", TOKEN)) == 1


# The renewal


def test_an_access_token_is_used_as_long_as_it_is_fresh(world):
    token = access(world)

    assert accepted(world, token)
    assert world.arrived("POST", TOKEN) == []


def test_it_is_renewed_three_minutes_before_it_ends(world, clock):
    sign_out(world)
    first = exchange(world, fresh_code(world)).access_token
    clock.move(minutes=56, seconds=59)
    assert access(world) == first
    clock.move(seconds=1)

    second = access(world)

    assert second != first
    assert accepted(world, first)


def test_a_token_that_lives_a_minute_is_used_for_half_of_it(world, clock):
    world.sandbox.erp.switches.access_token_seconds = 60
    first = exchange(world, fresh_code(world)).access_token
    clock.move(seconds=29)
    assert access(world) == first
    clock.move(seconds=1)

    assert access(world) != first


def test_each_renewal_keeps_the_new_refresh_token(world, clock):
    seen = {world.vault.read().refresh_token}
    for _ in range(3):
        clock.move(hours=1)
        access(world)
        seen.add(world.vault.read().refresh_token)

    assert len(seen) == 4
    assert {world.vault.read().refresh_token} == world.sandbox.erp.sessions.refresh


def test_a_server_that_sends_no_new_refresh_token_leaves_the_old_one(world, parrot):
    before = world.vault.read()

    with parrot(200, b'{"access_token": "a-2"}') as server:
        token = asyncio.run(world.tokens(server.url).access(rejected=before.access_token))

    assert token == "a-2"
    assert world.vault.read().refresh_token == before.refresh_token


ODD = [b'"soon"', b"-1", b"0", b"0.4", b"null", b"[]", b'"NaN"', b"true", b'""', b"{}"]


@pytest.mark.parametrize("told", [*ODD, b"1e400", b"99999999999999999999", b"3599.5", b'"3600"', None])
def test_the_new_pair_is_kept_whatever_else_the_answer_holds(world, parrot, clock, told):
    before = world.vault.read()
    body = b'{"access_token": "a-2", "refresh_token": "r-2"' + (b', "expires_in": ' + told if told else b"")

    with parrot(200, body + b"}") as server:
        token = asyncio.run(world.tokens(server.url).access(rejected=before.access_token))

    held = world.vault.read()
    assert (token, held.access_token, held.refresh_token) == ("a-2", "a-2", "r-2")
    assert held.company_id == before.company_id
    clock.move(days=1)
    assert not held.fresh(clock())


@pytest.mark.parametrize("told", [b"7", b"null", b"[]", b"{}"])
def test_a_refresh_token_that_is_none_leaves_the_old_one(world, parrot, told):
    before = world.vault.read()

    with parrot(200, b'{"access_token": "a-2", "refresh_token": ' + told + b"}") as server:
        asyncio.run(world.tokens(server.url).access(rejected=before.access_token))

    assert world.vault.read().refresh_token == before.refresh_token


def test_a_disk_that_is_full_is_met_before_the_token_is_used(world, clock, monkeypatch):
    def full(size: int) -> bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = world.vault.read()
    clock.move(hours=1)
    with monkeypatch.context() as disk:
        disk.setattr(os, "urandom", full)
        with pytest.raises(CredentialsError, match="No space left"):
            access(world)

    assert world.arrived("POST", TOKEN) == []
    assert world.vault.read() == before
    assert not (world.home / "secrets.json.new").exists()
    assert accepted(world, access(world))


def test_the_new_pair_takes_the_room_that_was_held_for_it(world, clock):
    clock.move(hours=1)

    access(world)

    assert json.loads((world.home / "secrets.json").read_text())["refused"] is False
    assert not (world.home / "secrets.json.new").exists()
    assert (world.home / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_where_the_new_pair_cannot_be_kept_none_is_asked_for(world, clock):
    clock.move(hours=1)
    (world.home / "secrets.json.new").mkdir()  # so that nothing can be written

    with pytest.raises(CredentialsError):
        world.send(lambda http: http.get("/v1/pessoas"))

    assert world.arrived("POST", TOKEN) == []  # and the old token is as good as before
    assert world.arrived("GET", "/v1/pessoas") == []


def test_a_new_pair_outlives_the_failure_of_the_request_it_was_made_for(world, clock):
    clock.move(hours=1)
    world.sandbox.erp.faults.add("500_before", "GET", "/v1/pessoas", times=99)
    with pytest.raises(Unavailable):
        world.send(lambda http: http.get("/v1/pessoas"))

    assert accepted(world, access(world))
    assert len(world.arrived("POST", TOKEN)) == 1


def test_many_tasks_and_two_holders_of_one_home_renew_once(world, clock):
    clock.move(hours=1)
    cron, by_hand = world.tokens(), world.tokens()

    async def run() -> Any:
        return await asyncio.gather(*(holder.access() for holder in [cron, by_hand] * 6))

    given = asyncio.run(run())

    assert len(set(given)) == 1
    assert len(world.arrived("POST", TOKEN)) == 1


def test_many_tasks_whose_token_dies_at_once_renew_once(world):
    world.sandbox.erp.expire_access()

    async def many(http):
        await asyncio.gather(*(http.get("/v1/pessoas") for _ in range(6)))

    world.send(many)

    assert len(world.arrived("POST", TOKEN)) == 1


def test_a_token_that_another_process_renewed_meanwhile_is_taken(world):
    async def run() -> Any:
        old, other = world.tokens(), world.tokens()
        first = await old.access()
        second = await other.access(rejected=first)
        return second, await old.access(rejected=first)

    second, third = asyncio.run(run())

    assert second == third
    assert len(world.arrived("POST", TOKEN)) == 1


def test_a_renewal_waits_for_the_lock_no_longer_than_a_renewal_may_take(world, clock, monkeypatch):
    monkeypatch.setattr(lock, "TOKEN_WAIT_SECONDS", 0.05)
    clock.move(hours=1)

    async def run() -> Any:
        async with lock.token_lock(world.home):
            await world.tokens().access()

    with pytest.raises(Unavailable, match="for too long"):
        asyncio.run(run())

    assert world.arrived("POST", TOKEN) == []


# A refused renewal


def test_a_refused_renewal_is_remembered_so_that_cron_does_not_ask_again(world):
    world.sandbox.erp.revoke()
    dead = world.vault.read()

    with pytest.raises(SignInExpired, match="contaazul-sync auth") as caught:
        access(world, rejected=dead.access_token)
    with pytest.raises(SignInExpired):
        access(world, rejected=dead.access_token)

    kept = world.vault.read()
    assert caught.value.exit_code == 4
    assert len(world.arrived("POST", TOKEN)) == 1
    assert kept.refused
    assert not kept.signed_in
    assert (kept.client_secret, kept.refresh_token) == (dead.client_secret, dead.refresh_token)


def test_signing_in_again_clears_the_refusal(world):
    world.sandbox.erp.revoke()
    with pytest.raises(SignInExpired):
        access(world, rejected=world.vault.read().access_token)

    exchange(world, fresh_code(world))

    assert refusal(world.vault.read()) is None
    assert accepted(world, access(world))


def test_without_any_sign_in_nothing_is_asked(world):
    sign_out(world)

    with pytest.raises(NotSignedIn) as caught:
        access(world)

    assert caught.value.exit_code == 4
    assert world.sandbox.erp.requests == []


def test_a_wrong_client_secret_is_not_taken_for_a_dead_sign_in(world, clock):
    world.vault.update(client_secret="wrong")
    clock.move(hours=1)

    with pytest.raises(SignInError) as caught:
        access(world)
    assert caught.value.message == WRONG_CLIENT
    assert not isinstance(caught.value, SignInExpired)
    assert not world.vault.read().refused
    world.vault.update(client_secret=world.sandbox.client_secret)

    assert accepted(world, access(world))


def test_nor_when_the_erp_tells_it_in_the_subtype(world, clock, parrot):
    clock.move(hours=1)
    body = b'{"error": "invalid_grant", "error_subtype": "invalid_client"}'

    with parrot(400, body) as server, pytest.raises(SignInError) as caught:
        asyncio.run(world.tokens(server.url).access())

    assert caught.value.message == WRONG_CLIENT
    assert not world.vault.read().refused


def test_a_wrong_client_secret_is_not_called_an_old_code(world):
    code = fresh_code(world)
    world.vault.update(client_secret="wrong")

    with pytest.raises(SignInError) as caught:
        exchange(world, code)

    assert caught.value.message == WRONG_CLIENT
    assert caught.value.exit_code == 4


# A renewal that is not answered


@pytest.mark.parametrize("fault", ["500_before", "drop_before", "429", "html"])
def test_trouble_on_the_way_deletes_nothing_and_the_next_try_works(world, clock, fault):
    before = world.vault.read()
    clock.move(hours=1)
    world.sandbox.erp.faults.add(fault, "POST", TOKEN)

    with pytest.raises(Unavailable) as caught:
        access(world)

    assert caught.value.exit_code == 5
    assert world.vault.read() == before
    assert accepted(world, access(world))


def test_a_sign_in_server_that_is_down_deletes_nothing(world, clock):
    before = world.vault.read()
    clock.move(hours=1)

    with world.sandbox.erp.down(), pytest.raises(Unavailable) as caught:
        access(world)

    assert caught.value.message == NO_ANSWER.format(why="127.0.0.1 refused the connection")
    assert world.vault.read() == before
    assert accepted(world, access(world))


def test_a_sign_in_server_that_is_too_slow_deletes_nothing(world, clock, monkeypatch):
    monkeypatch.setattr(oauth, "READ_TIMEOUT", 0.05)
    before = world.vault.read()
    clock.move(hours=1)
    world.sandbox.erp.faults.hold_seconds = 0.2
    world.sandbox.erp.faults.add("timeout", "POST", TOKEN)

    with pytest.raises(Unavailable) as caught:
        access(world)

    assert caught.value.message == NO_ANSWER.format(why="no answer in time")
    assert world.vault.read() == before


@pytest.mark.parametrize("fault", ["500_after", "drop_after", "truncated"])
def test_a_renewal_whose_answer_was_lost_ends_in_a_new_sign_in_and_not_in_a_loop(world, clock, fault):
    clock.move(hours=1)
    world.sandbox.erp.faults.add(fault, "POST", TOKEN)

    with pytest.raises(Unavailable):
        access(world)
    for _ in range(3):
        with pytest.raises(SignInExpired):
            access(world)

    assert len(world.arrived("POST", TOKEN)) == 2


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"access_token": ""}'])
def test_an_answer_without_a_token_is_no_sign_in(world, clock, parrot, body):
    before = world.vault.read()
    clock.move(hours=1)

    with parrot(200, body) as server, pytest.raises(SignInError):
        asyncio.run(world.tokens(server.url).access())

    assert world.vault.read() == before


# The end of a connection


def revoke(world: Any, company: str = "1203344") -> Any:
    return asyncio.run(world.tokens().revoke(world.sandbox.erp_url, company))


def test_the_connection_can_be_ended_and_the_secrets_stay_for_the_caller_to_delete(world):
    before = world.vault.read()

    assert revoke(world) is True

    assert world.sandbox.erp.sessions.refresh == set()
    assert world.vault.read() == before


@pytest.mark.parametrize("status", [404, 502])
def test_an_erp_that_does_not_end_the_connection_is_not_believed_to_have(world, status):
    world.sandbox.erp.switches.revoke = status

    assert revoke(world) is False

    assert accepted(world, access(world))


def test_the_connection_of_another_company_is_not_ours_to_end(world):
    assert revoke(world, "../1203344") is False

    assert accepted(world, access(world))


def test_no_connection_is_ended_without_a_sign_in_or_without_the_erp(world):
    with world.sandbox.erp.down():
        assert revoke(world) is False
    sign_out(world)

    assert revoke(world) is False


def test_the_client_says_who_it_is_when_it_signs_in(world):
    exchange(world, fresh_code(world))

    assert world.arrived("POST", TOKEN)[-1].headers["user-agent"] == USER_AGENT


def test_secrets_of_the_environment_are_used_to_renew_and_not_kept(world, clock):
    world.vault.update(client_secret="")
    clock.move(hours=1)
    environ = {"CONTAAZUL_SYNC_CLIENT_SECRET": world.sandbox.client_secret}
    vault = Vault(world.home, "file", environ)
    tokens = Tokens(world.home, vault, world.sandbox.token_url, world.sandbox.client_id, clock)

    token = asyncio.run(tokens.access())

    assert accepted(world, token)
    assert world.vault.read().client_secret == ""
