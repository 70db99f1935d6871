"""The command line: the commands, and the boundary that turns our errors into a message and an exit code.

Results go to stdout, everything else to stderr. Heavy imports are made where they are used, since `--help`
and a refused run should cost nothing.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import cleandoc
from typing import Annotated, Any

import typer

from contaazul_sync import __version__
from contaazul_sync.cli import care, check, items, look, passes, products, server, settings, sign_in, usage
from contaazul_sync.cli.running import tell, tell_interrupted
from contaazul_sync.core.errors import AlreadyRunning, SignInError, SyncError
from contaazul_sync.core.words import _


class Boundary(usage.Group):
    """Turns the errors that we raise on purpose into a line on stderr and their exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SyncError as error:
            if sys.stdout.isatty() or not (isinstance(error, AlreadyRunning) or _is_old_news(error)):
                tell(error.message)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            tell_interrupted()
            raise typer.Exit(130) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on
            raise typer.Exit(0) from None
        except _of_the_state() as error:  # a full disk, a damaged page: what was committed before is kept
            text = _("The state file cannot be used: {error}. Nothing that was kept is lost.")
            tell(text.format(error=error))
            raise typer.Exit(3) from None


def _is_old_news(error: SyncError) -> bool:
    """Whether the run before said the same: one alert for a dead sign-in, not 48 a day."""
    return isinstance(error, SignInError) and error.said_before


def _of_the_state() -> tuple[type[Exception], ...]:
    """SQLite's errors, where it was loaded at all."""
    sqlite = sys.modules.get("sqlite3")
    return (sqlite.Error,) if sqlite else ()


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
        typer.echo(f"contaazul-sync {__version__}")
        raise typer.Exit


COMMANDS: Mapping[str, Callable[..., None]] = {  # as `--help` lists them
    "auth": sign_in.auth,
    "send-products": products.send_products,
    "sync": passes.sync,
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
    "rebuild": care.rebuild,
    "demo": care.demo,
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
        app.command(name, cls=usage.Command, help=_(cleandoc(command.__doc__ or "")))(command)
    if not asked or "config" in words:
        app.add_typer(settings.app, name="config")
    return app
