"""What the library of the command line says of its own accord, in the merchant's language.

It says some of it in plain English: how a command is used, what is wrong with the line that was typed. In
English it says the same as without this module.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isnan
from typing import IO, Any

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup

from contaazul_sync.cli import pages
from contaazul_sync.cli.together import quarrels
from contaazul_sync.core import words
from contaazul_sync.core.fit import whole_pairs
from contaazul_sync.core.words import _
from contaazul_sync.home import screen

# What its help says; `tools/messages.py` lists these and the next ones for the translator.
HELP = (
    *("Usage: ", "Arguments", "Options", "Commands", "[OPTIONS]", "COMMAND [ARGS]...", "required"),
    *("default: {default}", "Show this message and exit.", "Install completion for the current shell."),
    "Show completion for the current shell, to copy it or customize the installation.",
    "Aborted!",
)
# What its help calls a value, by the first word of what the library calls its kind.
VALUES = {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", "file": "FILE", "path": "FILE"}
# The arguments of our commands, as it names them.
ARGUMENTS = ("erp_id", "file", "files", "item", "items", "name", "run", "sku", "skus", "value", "which")
# The bounds of a number as a formula, at the end of what an option means: `[default: 20; x>=1]`.
BOUNDS = re.compile(r"; [^\[\];]*\bx\b[<>]?=?[^\[\];]*(?=\]$)|  \[[^\[\];]*\bx\b[<>]?=?[^\[\];]*\]$")
FILES = ("file", "path", "directory")  # kinds of values: the name of a file may be of any letters
# Its complaints; what stands in braces may be another of them.
COMPLAINTS = (
    "Invalid value for {name}: {why}",
    "Invalid value: {why}",
    "No such option: {name} (Possible options: {names})",
    "No such option: {name}",
    "No such command {name}. Did you mean {names}?",
    "No such command {name}.",
    "Missing command.",
    "Missing argument {name}.",
    "Missing option {name}.",
    "Got unexpected extra argument(s) ({words})",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "File {name} does not exist.",
    "File {name} is a directory.",
    "File {name} is not readable.",
    "{value} is not a valid int.",
    "{value} is not a valid int range.",
    "{value} is not a valid float.",
    "{value} is not in the range {range}.",
    "x>={least}",
)


class Said(HelpFormatter):
    """Help and usage with their heads in our words."""

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """Names and what they mean, without the bounds of a number."""
        super().write_dl([(name, BOUNDS.sub("", text)) for name, text in rows], *args, **kwargs)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How a command is typed."""
        super().write_usage(prog, args, prefix or _("Usage: "))


class Context(typer.Context):
    """Makes help with our words."""

    formatter_class = Said


class Command(TyperCommand):
    """A command whose help is in the merchant's language."""

    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"options_metavar": _("[OPTIONS]")}))

    def get_params(self, ctx: Any) -> list[Any]:
        """The options and arguments, with help in our words."""
        return [_translated(param, ctx) for param in super().get_params(ctx)]

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What is typed after the command; the library puts braces around what must not lack."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """An example, or two."""
        _write_examples(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command's words. An empty variable in a script must not mean all, or the usual."""
        left = super().parse_args(ctx, args)
        given = [param for param in self.params if _is_given(param, ctx)]
        for param in given:
            value = ctx.params.get(param.name)
            texts = value if isinstance(value, (list, tuple)) else [value]
            if param.type.name not in FILES and any(map(_is_cut, texts)):
                raise UsageError(_("{name} is not in UTF-8.").format(name=param.human_readable_name), ctx)
            if param.param_type_name == "option" and _is_nothing(value):
                raise UsageError(_("{option} needs a value.").format(option=param.opts[0]), ctx)
        for why in quarrels(self.name or "", {param.opts[0] for param in given}):
            raise UsageError(why, ctx)
        return left


def _is_given(param: Any, ctx: Any) -> bool:
    """Whether a word stands in the line, and is no list of none."""
    source, value = ctx.get_parameter_source(param.name), ctx.params.get(param.name)
    return source is not None and source.name == "COMMANDLINE" and value not in (None, (), [])


def _is_cut(value: object) -> bool:
    """Whether a text was typed in other letters than those of this program."""
    return isinstance(value, str) and whole_pairs(value) != value


def _is_nothing(value: object) -> bool:
    """Whether an option was given without a value, or with a number that is none."""
    return value == "" or (isinstance(value, float) and isnan(value))


class Group(TyperGroup):
    """A group of commands whose help and complaints are in the merchant's language."""

    context_class = Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ours = {"options_metavar": _("[OPTIONS]"), "subcommand_metavar": _("COMMAND [ARGS]...")}
        super().__init__(*args, **(kwargs | ours))

    def get_params(self, ctx: Any) -> list[Any]:
        """The options, with help in our words."""
        return [_translated(param, ctx) for param in super().get_params(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands by what they are for, then the options."""
        self.format_commands(ctx, formatter)
        self._format_own(ctx, formatter)

    def _format_own(self, ctx: Any, formatter: Any) -> None:
        rows = [row for param in self.get_params(ctx) if (row := param.get_help_record(ctx))]
        with formatter.section(_("Options")):
            formatter.write_dl(rows)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands in their groups; those of no group under a head of their own."""
        rows = {name: self.commands[name].get_short_help_str() for name in self.list_commands(ctx)}
        widest = max(map(len, rows), default=0)
        groups = pages.GROUPS if ctx.parent is None else {}
        for head, group in groups.items():
            if listed := [(name.ljust(widest), rows.pop(name)) for name in group if name in rows]:
                with formatter.section(head):
                    formatter.write_dl(listed)
        if rows:
            with formatter.section(_("Commands")):
                formatter.write_dl(list(rows.items()))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """An example, and of the whole program what its exit codes mean."""
        _write_examples(ctx, formatter)
        if ctx.parent is None:
            with formatter.section(_("Exit codes")):
                formatter.write_dl(list(pages.exit_codes()))

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read this group's own words of the line."""
        with _complaining():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the rest of the line, and run the command."""
        with _complaining():
            return super().invoke(ctx)


class Misused(UsageError):
    """The line that was typed is wrong, told in our words."""

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - the library's own signature
        """Tell it on stderr."""
        lines: list[str] = []
        if self.ctx is not None:
            lines.append(self.ctx.get_usage())
            command = f"{self.ctx.command_path} {self.ctx.help_option_names[0]}"
            lines += [_("Try '{command}' for help.").format(command=command), ""]
        lines.append(_("Error: {why}").format(why=complaint(self.message)))
        screen.tell("\n".join(lines))


def complaint(text: str, known: Sequence[str] = COMPLAINTS) -> str:
    """A complaint of the library in the merchant's language; what it does not know stays as it is."""
    if words.language() == "en":
        return text
    for template in known:
        if found := _pattern(template).fullmatch(text):
            parts = {name: complaint(part) for name, part in found.groupdict().items()}
            return _(template).format(**parts)
    return text


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)


@contextmanager
def _complaining() -> Iterator[None]:
    try:
        yield
    except (Misused, NoArgsIsHelpError):
        raise
    except UsageError as error:
        raise Misused(error.format_message(), error.ctx) from None


def _write_examples(ctx: Any, formatter: Any) -> None:
    """The lines of the command's page, each as it is typed, unbroken."""
    names: list[str] = []
    while ctx.parent is not None:
        names.insert(0, ctx.info_name)
        ctx = ctx.parent
    page = pages.PAGES.get(" ".join(names))
    if page is None:
        return
    with formatter.section(_("Example") if len(page.examples) == 1 else _("Examples")):
        for line in page.examples:
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def _translated(param: Any, ctx: Any) -> Any:
    if param.param_type_name == "option":
        told = param.make_metavar(ctx)
        kind = told.strip("<>").partition(" ")[0]
        param.metavar = _(VALUES.get(kind, told))
    elif param.metavar is None:
        param.metavar = _(param.name).upper().replace("_", "-") + ("" if param.nargs == 1 else "...")
    if words.language() != "en":
        param.help = _(param.help) if param.help else param.help
    return param
