"""Files, rights, room and secrets."""

import shutil
from contextlib import closing

from contaazul_sync.core.words import _, typed
from contaazul_sync.home.credentials import Vault
from contaazul_sync.home.machine import check_home
from contaazul_sync.home.places import KeyringBackend, cron_reads_keyring
from contaazul_sync.home.settings import Settings, told
from contaazul_sync.operate.alerts import lacking
from contaazul_sync.operate.doctor.checks import Check, Level, good, looked, warning
from contaazul_sync.shops.profile import load as load_profile
from contaazul_sync.state.file import State, check_rights

AMOUNTS = (
    "prices.adjustment_percent",
    "prices.source",
    "orders.since",
    "orders.paid_differs",
    "orders.paid_differs_limit",
    "orders.rounding",
    "orders.on_cancel",
)
LITTLE_ROOM = 100_000_000  # bytes


class Machine:
    """The checks of this machine."""

    def __init__(self, settings: Settings, vault: Vault) -> None:
        self.settings, self.vault = settings, vault

    def checks(self) -> list[Check]:
        """Files, rights, room and secrets."""
        looks = {
            "shop profile": self._profile,
            "home": self._home,
            "state file": self._state,
            "disk": self._room,
            "secrets": self._secrets,
            "amounts": self._amounts,
            "alerts": self._alerts,
        }
        if self.settings.text("shop.kind") == "woocommerce":
            del looks["shop profile"]
        return [looked(name, look) for name, look in looks.items()]

    def _profile(self) -> Check:
        return good("shop profile", load_profile(self.settings.profile_file).name)

    def _home(self) -> Check:
        check_home(self.settings.home)
        return good("home", _("{home}, for its owner alone").format(home=self.settings.home))

    def _state(self) -> Check:
        if not self.settings.state_file.exists():
            return good("state file", _("none yet: the first run makes it"))
        check_rights(self.settings.state_file)
        with closing(State.read(self.settings.state_file)) as state:
            fault = state.fault()
        if fault:
            broken = _("it is damaged ({fault})").format(fault=fault)
            return Check("state file", Level.PROBLEM, broken, typed("rebuild"), 3)
        return good("state file", _("{file}, sound").format(file=self.settings.state_file))

    def _amounts(self) -> Check:
        """What decides over amounts, to be read over once: a wrong one is in every sale."""
        seen = {name: told(name, self.settings.values[name]) for name in AMOUNTS}
        seen["payments"] = ", ".join(self.settings.payments)
        return good("amounts", _("by these settings"), seen=seen)

    def _alerts(self) -> Check:
        notify, ping = (self.settings.text(f"alerts.{name}") for name in ("notify", "ping_url"))
        if not (notify or ping):
            return good("alerts", _("none: nobody is told when runs stop. To be told, see [alerts]"))
        if notify and (lack := lacking(self.settings)):
            return warning("alerts", lack, typed("alerts test"))
        return good("alerts", _("set; to try them: {command}").format(command=typed("alerts test")))

    def _room(self) -> Check:
        home = self.settings.home
        place = next(folder for folder in (home, *home.parents) if folder.exists())
        free = shutil.disk_usage(place).free
        detail = _("{n} MB free").format(n=free // 1_000_000)
        if free < LITTLE_ROOM:
            return warning("disk", detail, _("make room: the state must be written before anything is sent"))
        return good("disk", detail)

    def _secrets(self) -> Check:
        held = self.vault.read()
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
            remedy = _("to keep them: contaazul-sync auth --secrets; or set the variables in the crontab")
            return warning("secrets", what, remedy)
        if isinstance(self.vault.backend, KeyringBackend) and not cron_reads_keyring():
            what = _("they are in {where}, and cron cannot read it").format(where=where)
            remedy = _('set backend = "file" under [credentials], then: contaazul-sync auth')
            return Check("secrets", Level.PROBLEM, what, remedy, 3)
        return good("secrets", _("in {where}, as cron can read them").format(where=where))
