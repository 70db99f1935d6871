"""The command line: the commands, and the boundary that turns our errors into a message and an exit code.

Results go to stdout, everything else to stderr. Heavy imports are made where they are used, since `--help`
and a refused run should cost nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from typing import Annotated, Any

import typer

from contaazul_sync import __version__
from contaazul_sync.cli import (
    alerts,
    care,
    check,
    endings,
    imports,
    items,
    look,
    pages,
    passes,
    payouts,
    products,
    server,
    settings,
    sign_in,
    usage,
)
from contaazul_sync.core.words import _
from contaazul_sync.home import screen


class Boundary(usage.Group):
    """Lets every command end by the one way out."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            with endings.printed():
                return super().invoke(ctx)
        except BaseException as error:
            code = endings.leave(error)
            if code is None:
                raise
            raise typer.Exit(code) from None


def _program(
    version: Annotated[bool, typer.Option("--version", help=_("Show the version and leave."))] = False,
    profile: Annotated[  # noqa: ARG001 - `profiles.enter` has taken it from the line by now
        str,
        typer.Option(
            metavar=_("NAME"), help=_("Another shop on this machine: its own settings, state and sign-in.")
        ),
    ] = "",
) -> None:
    if version:
        screen.say(f"contaazul-sync {__version__}")
        raise typer.Exit


COMMANDS: Mapping[str, Callable[..., None]] = {
    "auth": sign_in.auth,
    "send-products": products.send_products,
    "sync": passes.sync,
    "import": imports.import_files,
    "payouts": payouts.payouts,
    "status": look.status,
    "show": look.show_item,
    "log": look.log,
    "products": products.products,
    "orders": look.orders,
    "retry": items.retry,
    "ignore": items.ignore,
    "unignore": items.unignore,
    "link": products.link,
    "unlink": products.unlink,
    "doctor": check.doctor,
    "reconcile": check.reconcile,
    "install-cron": server.install_cron,
    "profiles": server.profiles,
    "backup": care.backup,
    "restore": care.restore,
    "rebuild": care.rebuild,
    "demo": care.demo,
    "sandbox": care.sandbox,
}


def build(words: Sequence[str] = ()) -> typer.Typer:
    """The program, with the commands that are among these words, or all of them: a run pays for its own."""
    app = typer.Typer(
        cls=Boundary,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: the other costs as much as everything else together
        context_settings={"help_option_names": ["-h", "--help"]},
        help=_("Keeps a Webstore shop and the ERP Conta Azul in step."),
    )
    app.callback(invoke_without_command=True)(_program)
    asked = {name: command for name, command in COMMANDS.items() if name in words}
    for name, command in (asked or COMMANDS).items():
        text = _(cleandoc(command.__doc__ or ""))
        app.command(name, cls=usage.Command, help=text, short_help=pages.summary(name))(command)
    if not asked or "config" in words:
        app.add_typer(settings.app, name="config", short_help=pages.summary("config"))
    if not asked or "alerts" in words:
        app.add_typer(alerts.app, name="alerts", short_help=pages.summary("alerts"))
    return app
