"""What goes out to a person takes one way (`home/screen`, `core/harmless`), and no module goes around it."""

import ast
from pathlib import Path

import pytest

from tools import messages

ROOT = Path(__file__).parent.parent / "contaazul_sync"

# What writes to a person, and the rooms that may use it; everybody else asks these rooms.
WAYS = {
    "print": (),
    "input": (),
    "breakpoint": (),
    "os.write": (),
    "getpass": ("home/screen.py",),
    "traceback": ("home/screen.py",),
    "warnings.warn": (),
    "typer.echo": (),
    "typer.secho": (),
    "typer.prompt": (),
    "typer.confirm": (),
    "typer.progressbar": (),
    "rich.print": (),
    "rich.console.Console": ("home/screen.py", "home/canvas.py"),
    "rich.live": (),
    "rich.prompt": (),
    "rich.markdown": (),
    "rich.text.Text.from_markup": (),
    "rich.text.Text.from_ansi": (),
    "logging.StreamHandler": ("home/log.py",),
    "logging.basicConfig": (),
    "csv.writer": ("views/spreadsheets.py",),
    "csv.DictWriter": (),
    "jinja2": ("views/page/render.py",),
    "smtplib": (),
    "apprise": ("operate/alerts.py",),
}
FIRST = {way.partition(".")[0] for way in WAYS}
STREAMS = ("sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__")
ASKED = ("isatty", "fileno", "flush")  # of a stream: that writes nothing of its own
HOLDERS = {  # they hand a stream itself to who cleans what goes there
    "__main__.py",
    "cli/running.py",
    "home/log.py",
    "home/screen.py",
    "views/progress.py",
}


def bypasses(name, tree):
    """`line what` of each way out in a module that is not the module's own."""
    nodes = list(ast.walk(tree))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    known = {local: full for node in imports for local, full in imported(node)}
    yield from (
        f"{node.lineno} {full}" for node in imports for _, full in imported(node) if is_barred(full, name)
    )
    words = [node for node in nodes if isinstance(node, ast.Name | ast.Attribute)]
    asked = {id(node.value) for node in words if isinstance(node, ast.Attribute) and node.attr in ASKED}
    for node in words:
        full = dotted(node, known)
        is_stream = full in STREAMS and name not in HOLDERS and id(node) not in asked
        if is_stream or is_barred(full, name):
            yield f"{node.lineno} {full}"


def imported(node):
    """The names that an import brings, and what each is in full."""
    if isinstance(node, ast.ImportFrom):
        return [(each.asname or each.name, f"{node.module}.{each.name}") for each in node.names]
    return [
        (each.asname, each.name) if each.asname else (each.name.split(".")[0],) * 2 for each in node.names
    ]


def dotted(node, known):
    """`sys.stdout.write` for what stands so in the code, by the names of its imports; "" for all else."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return known.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def is_barred(full, name):
    if full.partition(".")[0] not in FIRST:
        return False
    return any(f"{full}.".startswith(f"{way}.") and name not in rooms for way, rooms in WAYS.items())


def modules():
    """The program's own; the demo's servers and its story show what the sandbox made up."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("sandbox/"):
            yield name, messages.parsed(path)


@pytest.mark.slow
def test_no_module_goes_around_the_one_way_out():
    assert [f"{name}:{told}" for name, tree in modules() for told in bypasses(name, tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "print(name)",
        "import sys\nsys.stdout.write(name)",
        "import sys as s\ns.stderr.write(name)",
        "from sys import stdout\nstdout.write(name)",
        "import sys\nout = sys.stdout\nout.write(name)",
        "import sys\nsys.__stderr__.write(name)",
        "import os\nos.write(1, name)",
        "import typer\ntyper.echo(name)",
        "from typer import echo as say\nsay(name)",
        "from rich.console import Console\nConsole().print(name)",
        "import rich.console\nrich.console.Console().print(name)",
        "from rich import print\nprint(name)",
        "from rich.text import Text\nText.from_markup(name)",
        "import csv\ncsv.writer(file).writerow([name])",
        "from csv import DictWriter",
        "import logging\nlogging.StreamHandler()",
        "from jinja2 import Environment",
        "from traceback import print_exc",
        "import getpass\ngetpass.getpass(name)",
    ],
)
def test_a_way_around_is_found(code):
    assert list(bypasses("views/other.py", ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.stdout.isatty()",
        "from contaazul_sync.home import screen\nscreen.say(name)",
        "from rich.text import Text\nText(name)",
        "process.stderr.read()",
        "import csv\ncsv.reader(file)",
    ],
)
def test_what_goes_the_one_way_is_no_way_around(code):
    assert list(bypasses("views/other.py", ast.parse(code))) == []


@pytest.mark.parametrize("room", sorted({room for rooms in WAYS.values() for room in rooms} | HOLDERS))
def test_each_room_that_may_write_is_there(room):
    assert (ROOT / room).exists()
