"""The clients as the settings make them, and the home that they need."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync import shops
from contaazul_sync.core.errors import ConfigError, SetupError
from contaazul_sync.home import machine
from contaazul_sync.home.config import load
from contaazul_sync.home.settings import Settings
from contaazul_sync.net.line import USER_AGENT
from contaazul_sync.operate import wiring
from contaazul_sync.state.file import State


@pytest.fixture
def environ(world):
    return {
        "CONTAAZUL_SYNC_HOME": str(world.home),
        "CONTAAZUL_SYNC_ERP__CLIENT_ID": world.sandbox.client_id,
        "CONTAAZUL_SYNC_ERP__API_URL": world.sandbox.erp_url,
        "CONTAAZUL_SYNC_ERP__TOKEN_URL": world.sandbox.token_url,
        "CONTAAZUL_SYNC_SHOP__API_URL": world.sandbox.shop_url,
        "CONTAAZUL_SYNC_CREDENTIALS__BACKEND": "file",
    }


def first_products(settings: Settings, vault: Any) -> Any:
    async def run() -> Any:
        async with wiring.shop_client(settings, vault) as shop:
            return [page async for page in shop.products()]

    return asyncio.run(run())


def test_the_clients_say_who_they_are_and_carry_the_secrets(world, environ):
    settings = load(environ)

    async def run() -> Any:
        async with wiring.erp_client(settings, world.vault, world.clock) as erp:
            return await erp.account()

    account = asyncio.run(run())
    first_products(settings, world.vault)

    [to_erp], [to_shop] = world.sandbox.erp.requests, world.sandbox.shop.requests
    assert account.company == "Loja Azul"
    assert to_erp.headers["user-agent"] == to_shop.headers["user-agent"] == USER_AGENT
    assert to_erp.headers["authorization"] == f"Bearer {world.vault.read().access_token}"
    assert to_shop.headers["authtoken"] == world.sandbox.shop_token
    assert "authtoken" not in to_erp.headers
    assert "authorization" not in to_shop.headers


def test_a_profile_may_name_another_header_for_the_token(world, environ):
    shipped = Path(shops.__file__).with_name("profiles") / "webstore.toml"
    mine = shipped.read_text(encoding="utf-8").replace('"authToken"', '"X-Token"')
    (world.home / "mine.toml").write_text(mine, encoding="utf-8")
    settings = load(environ | {"CONTAAZUL_SYNC_SHOP__PROFILE": "mine.toml"})

    with pytest.raises(SetupError):  # the sandbox knows the usual header only
        first_products(settings, world.vault)

    assert world.sandbox.shop.requests[0].headers["x-token"] == world.sandbox.shop_token


def test_what_is_missing_is_asked_for_by_name(world, environ):
    del environ["CONTAAZUL_SYNC_SHOP__API_URL"]
    del environ["CONTAAZUL_SYNC_ERP__CLIENT_ID"]
    settings = load(environ)

    with pytest.raises(ConfigError, match=r"\[erp\] client_id is missing"):
        wiring.tokens(settings, world.vault)
    with pytest.raises(ConfigError, match=r"\[shop\] api_url is missing"):
        first_products(settings, world.vault)
    world.vault.update(shop_token="")
    with pytest.raises(ConfigError, match="The shop's token is missing"):
        first_products(settings, world.vault)


@pytest.mark.parametrize("token", ["a senha não", "abc\ndef", "abc\x7f"])
def test_a_token_that_no_header_can_carry_is_told(world, environ, token):
    world.vault.update(shop_token=token)

    with pytest.raises(ConfigError) as caught:
        first_products(load(environ), world.vault)

    assert caught.value.message == (
        "The shop's token has characters that no token has: contaazul-sync auth --secrets"
    )
    assert world.sandbox.shop.requests == []


def test_all_parts_of_a_pass_come_from_one_home(world, environ):
    settings = load(environ)
    world.vault.update(company_id="1203344")

    async def run(state: State) -> Any:
        async with wiring.parts(settings, state, environ, clock=world.clock) as parts:
            return parts

    state = State.open(settings.state_file)
    try:
        parts = asyncio.run(run(state))
    finally:
        state.close()

    assert parts.company_id == "1203344"
    assert len(parts.hash_key) == 64
    assert parts.grace.total_seconds() == 3600
    assert parts.rules.since == date(2026, 11, 24)  # the day of the first run, where none is set


def since(world: Any, environ: dict[str, str]) -> Any:
    """The day from which a pass of now sends orders."""
    settings = load(environ)

    async def run(state: State) -> Any:
        async with wiring.parts(settings, state, environ, clock=world.clock) as parts:
            return parts.rules.since

    state = State.open(settings.state_file)
    try:
        return asyncio.run(run(state))
    finally:
        state.close()


def test_orders_are_sent_from_the_day_that_is_set_or_of_the_first_run(world, environ):
    first = since(world, environ)
    world.clock.move(days=9)

    assert first == since(world, environ) == date(2026, 11, 24)
    assert since(world, environ | {"CONTAAZUL_SYNC_ORDERS__SINCE": "2026-01-01"}) == date(2026, 1, 1)
    assert since(world, environ) == date(2026, 11, 24)


def test_the_first_day_is_that_of_brazil(world, environ):
    world.clock.move(hours=-13)  # two in the morning in London, eleven in the evening before in São Paulo

    assert since(world, environ) == date(2026, 11, 23)


def test_the_home_is_made_for_its_owner_alone(tmp_path):
    home = tmp_path / "a" / "b"

    machine.prepare_home(home)
    machine.prepare_home(home)

    assert home.stat().st_mode & 0o777 == 0o700


def test_a_home_that_others_may_look_into_is_refused(tmp_path):
    tmp_path.chmod(0o755)

    with pytest.raises(SetupError, match=f"chmod 700 {tmp_path}"):
        machine.prepare_home(tmp_path)


def test_a_home_that_is_a_file_is_told(tmp_path):
    (tmp_path / "home").touch()

    with pytest.raises(SetupError, match="cannot be used") as caught:
        machine.prepare_home(tmp_path / "home")

    assert caught.value.exit_code == 3
