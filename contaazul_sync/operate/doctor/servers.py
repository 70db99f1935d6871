"""The ERP and the shop, as a run finds them."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from contaazul_sync.core.errors import NoAccess, SyncError
from contaazul_sync.core.words import _, typed
from contaazul_sync.erp.client import NAMED, ContaAzul, is_id
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.settings import Settings
from contaazul_sync.operate import wiring
from contaazul_sync.operate.doctor.checks import Check, Level, good, problem, skipped, warning
from contaazul_sync.operate.doctor.reading import a_product, abilities, orders
from contaazul_sync.operate.signin.session import describe

CLOCK_OFF = timedelta(minutes=2)


class Servers:
    """The checks that ask the ERP and the shop."""

    def __init__(self, settings: Settings, vault: Vault, clock: Callable[[], datetime]) -> None:
        self.settings, self.vault, self.clock = settings, vault, clock

    async def checks(self) -> AsyncIterator[Check]:
        """The ERP and the shop, as a run finds them."""
        async with wiring.erp_client(self.settings, self.vault, self.clock) as erp:
            clocks: list[timedelta] = []
            erp.http.client.event_hooks["response"].append(_note_dates(clocks, self.clock))
            signed_in = await self._sign_in(erp)
            yield signed_in
            if signed_in.level is Level.OK:
                async for check in self._names(erp):
                    yield check
        heard = _note_dates(clocks, self.clock)
        try:
            async with wiring.shop_client(self.settings, self.vault, heard=heard) as shop:
                yield good("shop", abilities(self.settings.text("shop.kind"), shop.can))
                yield await a_product(shop, self.clock())
                for check in await orders(shop, self.settings.orders_kind):
                    yield check
        except SyncError as error:
            yield problem("shop", error)
        yield _clock(clocks)

    async def _sign_in(self, erp: ContaAzul) -> Check:
        try:
            account = await erp.account()
        except NoAccess as error:
            return problem("sign-in", error, _("ask Conta Azul for a plan with access to the API"))
        except SyncError as error:
            return problem("sign-in", error)
        kept = self.vault.read().company_id
        if kept and account.company_id and kept != account.company_id:
            other = _("the sign-in is of another company: {company}").format(company=describe(account))
            return Check("sign-in", Level.PROBLEM, other, typed("auth"), 3)
        return good("sign-in", describe(account))

    async def _names(self, erp: ContaAzul) -> AsyncIterator[Check]:
        """The names that the settings use, as the ERP knows them."""
        wanted = {
            (what, name)
            for rule in self.settings.payments.values()
            for what in NAMED
            if (name := getattr(rule, what))
        }
        for what, name in sorted(wanted):
            try:
                known = is_id(name) or await erp.find_named(what, name) is not None
            except SyncError as error:
                yield problem(f"{what} '{name}'", error)
                continue
            if known:
                yield good(f"{what} '{name}'", _("the ERP has it"))
            else:
                yield warning(
                    f"{what} '{name}'",
                    _("the ERP does not have it, or more than once"),
                    _("correct [payments]: orders paid that way are held until then"),
                )
        consumer = self.settings.text("orders.consumer")
        if consumer:
            name = f"consumer '{consumer}'"
            try:
                people = await erp.find_people_named(consumer)
            except SyncError as error:
                yield problem(name, error)
                return
            found = [person for person in people if person.is_customer]
            if len(found) == 1:
                yield good(name, _("the ERP has it"))
            else:
                lacks = _("the ERP has {n} active customers of this name").format(n=len(found))
                yield warning(name, lacks, _("correct [orders] consumer"))


def _note_dates(off: list[timedelta], clock: Callable[[], datetime]) -> wiring.Heard:
    """Notes how far each answer's own date is from our clock."""

    async def note(response: httpx.Response) -> None:
        with suppress(KeyError, ValueError, TypeError):
            off.append(clock() - parsedate_to_datetime(response.headers["Date"]))

    return note


def _clock(off: list[timedelta]) -> Check:
    if not off:
        return skipped("clock", _("the ERP's answer tells no date to compare it with"))
    away = min(off, key=abs)
    if abs(away) > CLOCK_OFF:
        wrong = _("it is {n} seconds off").format(n=round(away.total_seconds()))
        return warning("clock", wrong, _("set it by a time server (timedatectl set-ntp true)"))
    return good("clock", _("right"))
