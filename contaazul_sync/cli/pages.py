"""What `--help` says of each command beside its own text: where it stands, in a few words, and an example.

Summaries have fewer than 50 letters in every language, so that none is cut.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from contaazul_sync.core.exits import GRAVITY, outcome
from contaazul_sync.core.words import _, typed


class Page(NamedTuple):
    """A command in the list of all, and lines as a person types them."""

    summary: str
    examples: tuple[str, ...]


GROUPS: Mapping[str, Mapping[str, Page]] = {
    _("Begin"): {
        "auth": Page(_("Sign in to Conta Azul, once"), (typed("auth"),)),
        "config": Page(_("Show or change the settings"), (typed("config set prices.adjustment_percent 5"),)),
        "import": Page(_("Take in files of the shop's panel"), (typed("import pedidos.csv --check"),)),
        "demo": Page(_("See the whole job, with nothing real"), (typed("demo --pause 2"),)),
        "sandbox": Page(_("Practise with nothing real"), (typed("sandbox --shop woocommerce"),)),
    },
    _("Day by day"): {
        "status": Page(
            _("What is sent, what waits, what to do"), (typed("status"), typed("status --html status.html"))
        ),
        "sync": Page(
            _("Carry what changed in the shop to the ERP"), (typed("sync --dry-run"), typed("sync"))
        ),
        "send-products": Page(
            _("Choose products to create in the ERP"),
            (
                typed("send-products"),
                typed("send-products --search camiseta"),
                typed("send-products --undo CAM-AZ-M"),
            ),
        ),
        "products": Page(
            _("List the products, and how each stands"), (typed("products failed --csv > produtos.csv"),)
        ),
        "orders": Page(
            _("List the paid orders, and where each stands"),
            (typed("orders --state held"), typed("orders --month 2026-11 --csv > pedidos.csv")),
        ),
        "show": Page(_("All about one order or product"), (typed("show 88123"),)),
        "retry": Page(_("Try what failed or is held again"), (typed("retry 88123"), typed("retry --all"))),
        "ignore": Page(_("Leave an order or product alone"), (typed("ignore 88123"),)),
        "unignore": Page(_("Leave it alone no longer"), (typed("unignore 88123"),)),
        "link": Page(_("Link a product to one of the ERP"), (typed("link CAM-AZ-M ID"),)),
        "unlink": Page(_("Take the link of a product back"), (typed("unlink CAM-AZ-M"),)),
    },
    _("Check"): {
        "payouts": Page(_("Read a payment gateway's statement"), (typed("payouts extrato.csv --check"),)),
        "doctor": Page(_("Whether all is set up, and what is not"), (typed("doctor"),)),
        "reconcile": Page(_("Compare shop and ERP, or prove a month"), (typed("reconcile --month 2026-11"),)),
        "alerts": Page(_("Try how you are told of trouble"), (typed("alerts test"),)),
        "log": Page(_("The last runs, or what one of them did"), (typed("log"), typed("log 42"))),
    },
    _("Server"): {
        "install-cron": Page(_("Let cron run it every 30 minutes"), (typed("install-cron --write"),)),
        "profiles": Page(_("The shops on this machine"), (typed("profiles"),)),
        "backup": Page(_("Copy the state to a file"), (typed("backup copia.db"),)),
        "restore": Page(_("Put a copy of the state back"), (typed("restore copia.db"),)),
        "rebuild": Page(_("Make a lost state anew"), (typed("rebuild"),)),
    },
}
OF_CONFIG: Mapping[str, Page] = {
    "show": Page(_("All settings, and where each comes from"), (typed("config show"),)),
    "get": Page(_("The value of one setting"), (typed("config get prices.adjustment_percent"),)),
    "set": Page(_("Set one setting"), (typed("config set orders.since 2026-11-01"),)),
    "unset": Page(_("Put one setting back to its default"), (typed("config unset orders.since"),)),
}
OF_ALERTS: Mapping[str, Page] = {
    "test": Page(_("Send a message and a ping, as a run would"), (typed("alerts test"),)),
}
PAGES: Mapping[str, Page] = {
    **{name: page for group in GROUPS.values() for name, page in group.items()},
    **{f"config {name}": page for name, page in OF_CONFIG.items()},
    **{f"alerts {name}": page for name, page in OF_ALERTS.items()},
}


def summary(name: str) -> str | None:
    """A command in a few words; None for one of which its own text has to do."""
    return PAGES[name].summary if name in PAGES else None


def exit_codes() -> Iterator[tuple[str, str]]:
    """What each exit code means, in the order of the codes."""
    for code in sorted(GRAVITY):
        yield str(code), outcome(code)
