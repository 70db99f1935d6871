"""Puts the parts of a pass together: files, clients and clock, as the settings say."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from contaazul_sync import shop_profile
from contaazul_sync.config import Settings
from contaazul_sync.contaazul import ContaAzul
from contaazul_sync.credentials import Vault
from contaazul_sync.crew import WORKERS, Progress, no_progress
from contaazul_sync.days import local_day
from contaazul_sync.errors import ConfigError
from contaazul_sync.machine import utc_now
from contaazul_sync.oauth import ErpAuth, Tokens, unfinished
from contaazul_sync.parts import Clock, Parts, Sleep
from contaazul_sync.shop import Shop
from contaazul_sync.state import State
from contaazul_sync.transport import USER_AGENT, Pacer, Transport, trust
from contaazul_sync.words import _

LIMITS = httpx.Limits(max_connections=WORKERS + 2, max_keepalive_connections=WORKERS)


def tokens(settings: Settings, vault: Vault, clock: Clock = utc_now) -> Tokens:
    """The sign-in of this home."""
    client_id, token_url = settings.need("erp.client_id"), settings.text("erp.token_url")
    return Tokens(settings.home, vault, token_url, client_id, clock)


def _pacer(settings: Settings, name: str) -> Pacer:
    return Pacer(float(1 / settings.number(name)))


@asynccontextmanager
async def erp_client(
    settings: Settings, vault: Vault, clock: Clock = utc_now, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[ContaAzul]:
    """The ERP of the company that is signed in."""
    async with httpx.AsyncClient(
        base_url=settings.text("erp.api_url"),
        auth=ErpAuth(tokens(settings, vault, clock)),
        headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
        limits=LIMITS,
        verify=trust(),
    ) as client:
        yield ContaAzul(Transport(client, "the ERP", _pacer(settings, "erp.requests_per_second"), sleep))


@asynccontextmanager
async def shop_client(settings: Settings, vault: Vault, sleep: Sleep = asyncio.sleep) -> AsyncIterator[Shop]:
    """The shop that the settings name."""
    profile = shop_profile.load(settings.profile_file)
    token = vault.read().shop_token
    if not token:
        raise ConfigError(_("The shop's token is missing. Run: contaazul-sync auth (it asks for it)."))
    if not token.isascii() or not token.isprintable():
        raise ConfigError(
            _("The shop's token has characters that no token has: contaazul-sync auth --secrets")
        )
    async with httpx.AsyncClient(
        base_url=settings.need("shop.api_url"),
        headers={"User-Agent": USER_AGENT, "Accept": "application/json", profile.token_header: token},
        limits=LIMITS,
        verify=trust(),
    ) as client:
        pacer = _pacer(settings, "shop.requests_per_second")
        yield Shop(Transport(client, "the shop", pacer, sleep), profile)


@asynccontextmanager
async def parts(
    settings: Settings,
    state: State,
    environ: Mapping[str, str],
    progress: Progress = no_progress,
    clock: Clock = utc_now,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator[Parts]:
    """All that a pass works with."""
    vault = Vault(settings.home, settings.text("credentials.backend"), environ)
    async with erp_client(settings, vault, clock, sleep) as erp, shop_client(settings, vault, sleep) as shop:
        kept = vault.read()
        yield Parts(
            state=state,
            erp=erp,
            shop=shop,
            rules=settings.rules(local_day(state.first_day(clock()))),
            grace=timedelta(seconds=int(settings.number("erp.search_grace_seconds"))),
            clock=clock,
            hash_key=kept.hash_key,
            company_id=kept.company_id,
            refusal=unfinished(kept),
            progress=progress,
            sleep=sleep,
        )
