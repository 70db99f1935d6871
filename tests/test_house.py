"""The house is in order: small modules, small functions, few arguments, and nothing loose at the door."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import compat, messages

pytestmark = pytest.mark.slow  # they read all of the code

ROOT = Path(__file__).parent.parent / "contaazul_sync"
LINES_OF_A_MODULE, LINES_OF_A_FUNCTION, ARGUMENTS, LOOSE = 350, 40, 7, 3
MODULES = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Each module's name and code; parsed when it is asked for, since every worker loads this file."""
    for name in sorted(MODULES):
        yield name, messages.parsed(ROOT / name)


def functions() -> Iterator[tuple[str, Function]]:
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}:{node.lineno} {node.name}", node


def arguments(node: Function) -> int:
    """How many it takes, of every kind; self and cls are not counted."""
    told = node.args
    named = [each.arg for each in (*told.posonlyargs, *told.args, *told.kwonlyargs)]
    return len([name for name in named if name not in ("self", "cls")]) + bool(told.vararg) + bool(told.kwarg)


def is_command(name: str, node: Function) -> bool:
    """Whether its arguments are the options of a command: each says in Annotated what it is called."""
    told = [each.annotation for each in (*node.args.args, *node.args.kwonlyargs)]
    return name.startswith("cli/") and any(
        isinstance(each, ast.Subscript) and ast.unparse(each.value) == "Annotated" for each in told
    )


def test_there_is_a_house_to_measure():
    assert len(MODULES) > 50
    assert len(list(functions())) > 500


def test_no_module_is_too_long_to_be_read_in_one_go():
    lengths = {name: len(text.splitlines()) for name, text in MODULES.items()}

    assert {name: lines for name, lines in lengths.items() if lines > LINES_OF_A_MODULE} == {}


def test_no_function_is_longer_than_a_screen():
    lengths = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}

    assert {name: lines for name, lines in lengths.items() if lines > LINES_OF_A_FUNCTION} == {}


def test_only_commands_take_many_arguments():
    counts = {name: arguments(node) for name, node in functions() if not is_command(name, node)}

    assert {name: count for name, count in counts.items() if count > ARGUMENTS} == {}


def test_few_modules_lie_outside_the_wings():
    assert len([name for name in MODULES if "/" not in name]) <= LOOSE


@pytest.mark.parametrize("wing", sorted(name for name in MODULES if name.endswith("/__init__.py")))
def test_a_wing_says_what_lives_there_and_does_nothing(wing):
    tree = messages.parsed(ROOT / wing)

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_every_module_says_what_lives_there():
    assert [name for name, tree in trees() if tree.body and not ast.get_docstring(tree)] == []


# Loops of a pass that wait in their body and need not run it by itself.
ELSEWHERE = {  # what they wait for runs each by itself
    *("passes/crew.py all_of", "passes/crew.py worker", "passes/crew.py work", "passes/adopt.py run"),
}
CHANGES_NOTHING = {"passes/reconcile.py _both", "passes/reconcile.py ask_for_unlisted"}
WITHIN_AN_ITEM = {
    *("passes/adopt.py _orders_of", "passes/alike.py _looks_sold", "passes/customers.py _change"),
    *("passes/directory.py find", "passes/directory.py find_anywhere", "passes/directory.py _find_out"),
    *("passes/newcomers.py write", "passes/newcomers.py create", "passes/optional.py first_taken"),
    *(
        "passes/orders.py _sell",
        "passes/orders.py _book",
        "passes/orders.py _is_sold",
        "passes/coverage.py of",
    ),
    *("passes/receive.py _parts", "passes/receive.py _still_there"),
}


def loops_that_wait() -> Iterator[tuple[str, str]]:
    """Each loop of a pass over something with an `await` in its body, and that body."""
    for name, tree in trees():
        if not name.startswith("passes/"):
            continue
        for function in ast.walk(tree):
            if isinstance(function, Function):
                for node in ast.walk(function):
                    waits = isinstance(node, ast.For | ast.While) and any(
                        isinstance(each, ast.Await) for part in node.body for each in ast.walk(part)
                    )
                    if waits:
                        yield f"{name} {function.name}", "\n".join(map(ast.unparse, node.body))  # type: ignore[attr-defined]


def test_every_loop_of_a_pass_over_items_runs_each_by_itself():
    bare = {name for name, body in loops_that_wait() if "single(" not in body}

    assert bare == ELSEWHERE | CHANGES_NOTHING | WITHIN_AN_ITEM


def test_all_that_the_program_needs_has_a_lower_bound_which_can_be_tried():
    project = tomllib.loads((compat.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert len(list(compat.lowest(project))) >= len(project["dependencies"])
