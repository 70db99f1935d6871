"""`doctor`: looks at everything that a run needs, one check after the other, and says what to do about it.

It writes nothing to the ERP or to the shop, and takes no run lock, so that it works during a long run.
"""

import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

from contaazul_sync.core.errors import NoAccess, SyncError, Unavailable
from contaazul_sync.core.exits import outcome
from contaazul_sync.core.money import plain, written
from contaazul_sync.core.orders import Buyer, Order, Payment
from contaazul_sync.core.plan.orders import meaning, unknown_status, unreadable_step
from contaazul_sync.core.products import Product
from contaazul_sync.core.words import _, typed
from contaazul_sync.erp.client import ContaAzul, is_id
from contaazul_sync.home import config
from contaazul_sync.home.config import Settings
from contaazul_sync.home.credentials import KeyringBackend, Vault, cron_reads_keyring
from contaazul_sync.home.lock import holder
from contaazul_sync.home.machine import prepare_home
from contaazul_sync.operate import wiring
from contaazul_sync.operate.signin import describe
from contaazul_sync.passes.stock import PROBED_AT, TAKES_WRITES
from contaazul_sync.shops.merchant import how_to_get_orders
from contaazul_sync.shops.port import Can, Shop, Unread
from contaazul_sync.shops.profile import load as load_profile
from contaazul_sync.state.file import State, check_rights

LITTLE_ROOM = 100_000_000  # bytes
CLOCK_OFF = timedelta(minutes=2)
LATE = timedelta(minutes=90)  # two runs of a cron that runs each half hour did not get through, and one more
CRON_PLACES = ("/etc/crontab", "/etc/cron.d")
TIMER_PLACES = ("/etc/systemd/system", "/usr/lib/systemd/system", "~/.config/systemd/user")
PROGRAM = "contaazul-sync"
GRAVE = (3, 4, 5)  # exit codes, in the order in which things have to be put right


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One check. `code`: the exit code that the problem means; `seen`: what was read, field by field."""

    name: str
    level: Level
    detail: str
    remedy: str = ""
    code: int = 0
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called for people; one about a name of the settings is called by that."""
        return title(self.name)


def good(name: str, detail: str, **more: Any) -> Check:
    """A check that found all well."""
    return Check(name, Level.OK, detail, **more)


def warning(name: str, detail: str, remedy: str) -> Check:
    """Something that does not stop a run, and should be put right."""
    return Check(name, Level.WARNING, detail, remedy)


def problem(name: str, error: SyncError, remedy: str = "") -> Check:
    """Something that stops every run. The error's own words tell what to do."""
    code = error.exit_code if error.exit_code in GRAVE else Unavailable.exit_code
    return Check(name, Level.PROBLEM, error.message, remedy, code)


def skipped(name: str, detail: str) -> Check:
    """A check that could not be made."""
    return Check(name, Level.SKIPPED, detail)


async def examine(environ: Mapping[str, str], clock: Callable[[], datetime]) -> AsyncIterator[Check]:
    """All checks, in the order in which things have to be put right."""
    try:
        settings = config.load(environ)
        for name in ("erp.client_id", "erp.redirect_uri"):
            settings.need(name)
        settings.need_shop()
    except SyncError as error:
        yield problem("configuration", error)
        yield skipped("everything else", _("it needs the configuration"))
        return
    yield good("configuration", str(settings.config_file))
    checkup = _Checkup(settings, environ, clock)
    for check in checkup.of_this_machine():
        yield check
    async for check in checkup.of_the_servers():
        yield check
    for check in checkup.of_the_runs():
        yield check


class _Checkup:
    """The checks of one home."""

    def __init__(self, settings: Settings, environ: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        self.settings, self.environ, self.clock = settings, environ, clock
        self.vault = Vault(settings.home, settings.text("credentials.backend"), environ)

    # This machine

    def of_this_machine(self) -> list[Check]:
        """Files, rights, room and secrets."""
        profile = [] if self.settings.text("shop.kind") == "woocommerce" else [self._profile()]
        return [*profile, self._home(), self._state(), self._room(), self._secrets()]

    def _profile(self) -> Check:
        try:
            return good("shop profile", load_profile(self.settings.profile_file).name)
        except SyncError as error:
            return problem("shop profile", error)

    def _home(self) -> Check:
        try:
            prepare_home(self.settings.home)
        except SyncError as error:
            return problem("home", error)
        return good("home", _("{home}, for its owner alone").format(home=self.settings.home))

    def _state(self) -> Check:
        if not self.settings.state_file.exists():
            return good("state file", _("none yet: the first run makes it"))
        try:
            check_rights(self.settings.state_file)
            with closing(State.read(self.settings.state_file)) as state:
                fault = state.fault()
        except SyncError as error:
            return problem("state file", error)
        if fault:
            broken = _("it is damaged ({fault})").format(fault=fault)
            return Check("state file", Level.PROBLEM, broken, typed("rebuild"), 3)
        return good("state file", _("{file}, sound").format(file=self.settings.state_file))

    def _room(self) -> Check:
        free = shutil.disk_usage(self.settings.home).free
        detail = _("{n} MB free").format(n=free // 1_000_000)
        if free < LITTLE_ROOM:
            return warning("disk", detail, _("make room: the state must be written before anything is sent"))
        return good("disk", detail)

    def _secrets(self) -> Check:
        try:
            held = self.vault.read()
        except SyncError as error:
            return problem("secrets", error)
        missing = [
            name
            for name, value in (
                (_("the client secret"), held.client_secret),
                (_("the shop's token"), held.shop_token or not self.settings.needs_token),
            )
            if not value
        ]
        where = self.vault.backend.name
        if missing:
            what = _("{names} missing in {where}").format(names=", ".join(missing), where=where)
            return Check("secrets", Level.PROBLEM, what, typed("auth --secrets"), 3)
        bare = Vault(self.settings.home, self.settings.text("credentials.backend"), {}).read()
        if not (bare.client_secret and (bare.shop_token or not held.shop_token)):
            what = _("they are in this shell's environment, and cron does not have them there")
            remedy = _("contaazul-sync auth --secrets keeps them; or set the variables in the crontab")
            return warning("secrets", what, remedy)
        if isinstance(self.vault.backend, KeyringBackend) and not cron_reads_keyring():
            what = _("they are in {where}, and cron cannot read it").format(where=where)
            remedy = _('set backend = "file" under [credentials], then: contaazul-sync auth')
            return Check("secrets", Level.PROBLEM, what, remedy, 3)
        return good("secrets", _("in {where}, as cron can read them").format(where=where))

    # The servers

    async def of_the_servers(self) -> AsyncIterator[Check]:
        """The ERP and the shop, as a run finds them."""
        async with wiring.erp_client(self.settings, self.vault, self.clock) as erp:
            clocks: list[timedelta] = []
            erp.http.client.event_hooks = {"response": [_note_dates(clocks, self.clock)]}
            signed_in = await self._sign_in(erp)
            yield signed_in
            if signed_in.level is Level.OK:
                async for check in self._names(erp):
                    yield check
        heard = _note_dates(clocks, self.clock)
        try:
            async with wiring.shop_client(self.settings, self.vault, heard=heard) as shop:
                yield good("shop", _abilities(self.settings.text("shop.kind"), shop.can))
                yield await _product(shop, self.clock())
                yield await _order(shop, self.settings.text("shop.kind"))
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
            for what, name in (
                ("account", rule.account),
                ("category", rule.category),
                ("seller", rule.seller),
            )
            if name
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
            found = [person for person in people if person.active and "Cliente" in person.profiles]
            if len(found) == 1:
                yield good(name, _("the ERP has it"))
            else:
                lacks = _("the ERP has {n} active customers of this name").format(n=len(found))
                yield warning(name, lacks, _("correct [orders] consumer"))

    # The runs

    def of_the_runs(self) -> list[Check]:
        """What the state tells of the runs so far, and whether more will come."""
        if not self.settings.state_file.exists():
            return [_schedule()]
        try:
            with closing(State.read(self.settings.state_file)) as state:
                told = [self._last_run(state), _stock(state)]
        except SyncError:
            told = [skipped("runs", _("the state file tells nothing"))]
        return [*told, self._going_on(), _schedule()]

    def _last_run(self, state: State) -> Check:
        last, run = state.runs.last_good(), next(iter(state.runs.newest(1)), None)
        if run is None:
            return good("runs", _("none yet"))
        if last is None or last.finished_at is None:
            what = _("none got through yet; the last one: {outcome}")
            told = outcome(run.outcome) if run.outcome is not None else _("going on, or cut short")
            return warning("runs", what.format(outcome=told), typed("log"))
        when = f"{last.finished_at.astimezone():%d/%m/%Y %H:%M}"
        if self.clock() - last.finished_at > LATE:
            late = _("the last good one ended at {moment}").format(moment=when)
            return warning("runs", late, _("contaazul-sync log, and look whether cron runs"))
        return good("runs", _("the last good one ended at {moment}").format(moment=when))

    def _going_on(self) -> Check:
        run = holder(self.settings.home)
        if run is None or not _lives(run.pid):
            return good("now", _("no run is going on"))
        text = _("a run is going on since {moment}: {command}, process {pid}")
        return good("now", text.format(moment=f"{run.since:%H:%M:%S}", command=run.command, pid=run.pid))


def _lives(pid: int) -> bool:
    """Whether there is such a process: a run that was killed leaves its note behind."""
    try:
        os.kill(pid, 0)
    except (OSError, TypeError):
        return False
    return True


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


def _abilities(kind: str, can: Can) -> str:
    """What this shop can do, in a sentence."""
    told = [
        kind,
        _("it tells what changed") if can.tells_changes else _("each run asks for every product sent"),
    ]
    if can.stock_age:
        minutes = round(can.stock_age.total_seconds() / 60)
        told.append(_("a stock may be {n} minutes old").format(n=minutes))
    if not can.lists_variations:
        told.append(_("variations are known when their product is chosen"))
    if not can.orders:
        told.append(_("it tells no orders"))
    return "; ".join(told)


async def _product(shop: Shop, now: datetime) -> Check:
    try:
        product = await _first(shop.products())
        if product and product.listed:
            only = {product.key}
            product = await _first(shop.products(now, wanted=lambda: only)) or product
    except SyncError as error:
        return problem("a product", error)
    if product is None:
        return skipped("a product", _("the shop lists none"))
    level = Level.WARNING if product.problem else Level.OK
    return Check("a product", level, product.problem or _("as it is read"), seen=_of_product(product))


async def _first(pages: AsyncIterator[list[Product | Unread]]) -> Product | None:
    async for page in pages:
        for product in page:
            if isinstance(product, Product):
                return product
    return None


async def _order(shop: Shop, kind: str) -> Check:
    if not shop.can.orders:
        return warning("an order", _("the shop's orders cannot be read"), how_to_get_orders())
    try:
        async for page in shop.orders():
            for order in page:
                if isinstance(order, Order):
                    return _read(order, kind)
                return warning("an order", order.reason, unreadable_step(kind, order.id))
    except SyncError as error:
        return problem("an order", error)
    return skipped("an order", _("the shop lists none"))


def _read(order: Order, kind: str) -> Check:
    if order.payment is not Payment.UNKNOWN:
        return good("an order", _("as it is read"), seen=_of_order(order))
    strange, remedy = unknown_status(order.status), meaning(kind)
    return Check("an order", Level.WARNING, strange, remedy, seen=_of_order(order))


def _of_product(product: Product) -> dict[str, str]:
    details = product.details
    seen = {
        "id": product.key,
        "sku": product.sku,
        "name": product.name,
        "price": written(product.price),
        "promotional": written(product.promotional) if product.promotional else "",
        "stock": "" if product.stock is None else plain(product.stock),
        "updated": product.updated_at.isoformat() if product.updated_at else "",
        "ean": details.ean,
        "ncm": details.ncm,
        "description": details.description[:40],
    }
    for size in ("weight", "height", "width", "length"):
        value = getattr(details, size)
        seen[size] = "" if value is None else plain(value)
    return seen | ({"problem": product.problem} if product.problem else {})


def _of_order(order: Order) -> dict[str, str]:
    """The order, and of the buyer only what each field looks like, so that a wrong one is noticed."""
    seen = {
        "id": order.id,
        "status": f"{order.status} = {order.payment}",
        "created": order.created_at.isoformat(),
        "updated": order.updated_at.isoformat(),
        "paid": order.paid_at.isoformat() if order.paid_at else "",
        "method": order.method,
        "installments": str(order.installments),
        "subtotal": written(order.subtotal),
        "shipping": written(order.shipping),
        "discount": written(order.discount),
        "fees": written(order.fees),
        "total": written(order.total),
        "total_paid": "" if order.total_paid is None else written(order.total_paid),
    }
    for number, line in enumerate(order.lines, start=1):
        seen[f"item {number}"] = _("{quantity} x {sku} at {price}").format(
            quantity=plain(line.quantity), sku=line.sku, price=written(line.price)
        )
    for each in fields(Buyer):
        seen[f"buyer_{each.name}"] = _shape(getattr(order.buyer, each.name))
    return seen


def _shape(text: str) -> str:
    """What a text looks like: 529.982.247-25 is 999.999.999-99, Ana is Aaa."""
    small = re.sub(r"[^\W\d_A-ZÀ-Þ]", "a", re.sub(r"\d", "9", text))
    return re.sub(r"[A-ZÀ-Þ]", "A", small)


def _stock(state: State) -> Check:
    tried = state.notes.time(PROBED_AT)
    if tried is None:
        return good("stock", _("whether the ERP lets its stock be written is not known yet"))
    day = f"{tried.astimezone():%d/%m/%Y}"
    if state.notes.get(TAKES_WRITES) == "yes":
        return good("stock", _("the ERP let its stock be written on {day}").format(day=day))
    text = _("the ERP did not let its stock be written on {day}: differences are listed as drift")
    return good("stock", text.format(day=day))


def _schedule() -> Check:
    """Whether something runs the program by itself. Reads only; what is not there is no error."""
    places = [Path(place).expanduser() for place in (*CRON_PLACES, *TIMER_PLACES)]
    files = [file for place in places for file in (place.glob("*") if place.is_dir() else [place])]
    found = [str(file) for file in files if _mentions(file)]
    crontab = shutil.which("crontab")
    if crontab:
        with suppress(OSError, subprocess.TimeoutExpired):
            listed = subprocess.run(  # noqa: S603 - a fixed command
                [crontab, "-l"], capture_output=True, text=True, timeout=10, check=False
            )
            lines = [line for line in listed.stdout.splitlines() if not line.lstrip().startswith("#")]
            if any(PROGRAM in line for line in lines):
                found.append(_("your crontab"))
    if found:
        return good("schedule", _("found in {places}").format(places=", ".join(found)))
    return warning("schedule", _("nothing was found that runs it by itself"), "contaazul-sync install-cron")


def _mentions(file: Path) -> bool:
    try:
        return file.is_file() and PROGRAM in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def title(name: str) -> str:
    """What a check is called for people; those about names of the settings are called by these."""
    titles = {
        "configuration": _("configuration"),
        "everything else": _("everything else"),
        "shop profile": _("shop profile"),
        "home": _("home"),
        "state file": _("state file"),
        "disk": _("disk"),
        "secrets": _("secrets"),
        "sign-in": _("sign-in"),
        "a product": _("a product"),
        "an order": _("an order"),
        "shop": _("shop"),
        "clock": _("clock"),
        "runs": _("runs"),
        "stock": _("stock"),
        "now": _("now"),
        "schedule": _("schedule"),
    }
    return titles.get(name, name)


def exit_code(checks: list[Check]) -> int:
    """That of the gravest problem: what has to be put right first."""
    codes = {check.code for check in checks if check.level is Level.PROBLEM}
    return next((code for code in GRAVE if code in codes), 0)


def as_json(checks: list[Check]) -> dict[str, Any]:
    """The stable form: docs/schemas/doctor.schema.json."""
    return {
        "version": 1,
        "ok": not any(check.level is Level.PROBLEM for check in checks),
        "checks": [
            {
                "name": check.name,
                "status": check.level.value,
                "detail": check.detail,
                "remedy": check.remedy or None,
                "seen": dict(check.seen),
            }
            for check in checks
        ],
    }
