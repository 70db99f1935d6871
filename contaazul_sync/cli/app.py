"""The command line: the commands, and the boundary that turns our errors into a message and an exit code.

Results go to stdout, everything else to stderr. Heavy imports are made where they are used, since `--help`
and a refused run should cost nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from inspect import cleandoc
from typing import Annotated, Any

import typer

from contaazul_sync import __version__
from contaazul_sync.cli import endings, pages, usage
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


COMMANDS: Mapping[str, str] = {  # as `--help` lists them; the module of each, and its function
    "auth": "sign_in.auth",
    "send-products": "products.send_products",
    "sync": "passes.sync",
    "import": "imports.import_files",
    "payouts": "payouts.payouts",
    "status": "look.status",
    "show": "look.show_item",
    "log": "look.log",
    "products": "products.products",
    "orders": "look.orders",
    "retry": "items.retry",
    "ignore": "items.ignore",
    "unignore": "items.unignore",
    "link": "products.link",
    "unlink": "products.unlink",
    "doctor": "check.doctor",
    "reconcile": "check.reconcile",
    "install-cron": "server.install_cron",
    "profiles": "server.profiles",
    "backup": "care.backup",
    "restore": "care.restore",
    "rebuild": "care.rebuild",
    "demo": "care.demo",
    "sandbox": "care.sandbox",
}
GROUPS: Mapping[str, str] = {"config": "settings", "alerts": "alerts"}  # of commands; the module of each


def command(name: str) -> Callable[..., None]:
    """The function of a command; its module is loaded for it."""
    module, function = COMMANDS[name].split(".")
    made: Callable[..., None] = getattr(_module(module), function)
    return made


def _module(name: str) -> Any:
    return import_module(f"contaazul_sync.cli.{name}")


def build(words: Sequence[str] = ()) -> typer.Typer:
    """The program, with the commands that are among these words, or all of them: a run pays for its own."""
    app = typer.Typer(
        cls=Boundary,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: the other costs as much as everything else together
        context_settings={"help_option_names": ["-h", "--help"]},
        help=_("Keeps a web shop (Webstore or WooCommerce) and the ERP Conta Azul in step."),
    )
    app.callback(invoke_without_command=True)(_program)
    asked = [name for name in COMMANDS if name in words]
    for name in asked or COMMANDS:
        made = command(name)
        text = _(cleandoc(made.__doc__ or ""))
        app.command(name, cls=usage.Command, help=text, short_help=pages.summary(name))(made)
    for name, module in GROUPS.items():
        if not asked or name in words:
            app.add_typer(_module(module).app, name=name, short_help=pages.summary(name))
    return app
