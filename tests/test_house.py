"""The house is in order: small modules, small functions, few arguments, and nothing loose at the door."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import messages

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
