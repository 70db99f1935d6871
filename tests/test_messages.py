"""Everything that is said can be said in Portuguese, and nothing that is said has been left out."""

import ast
import re
import subprocess
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from contaazul_sync import words
from tests.cli.conftest import PROGRAM

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "contaazul_sync"
_made = spec_from_file_location("messages", ROOT / "tools" / "messages.py")
assert _made
assert _made.loader
messages = module_from_spec(_made)
_made.loader.exec_module(messages)

PLACEHOLDER = re.compile(r"\{(\w+)(?:![rs])?\}")
# Calls whose texts no person reads, or that have looked them up.
SILENT = {"_", "ngettext", "compile", "execute", "query", "info", "warning", "debug", "strftime", "title"}
QUERY = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|VACUUM|WHERE|ON CONFLICT)\b")
# What looks like a sentence and is for no person: headers, notes inside the ERP, names of classes, code.
TECHNICAL = re.compile(
    r"Bearer|text/plain|pedido |Pago na loja|Telefone: |Cliente da loja|import keyring|not what was written|"
    r"bold red|consumer |the run (begins|ends)|^%s |^\S+ %s|read the (shop|ERP)|compare stock|write stock|"
    r"cancelled orders|^SKU |^EAN |link |send-products |retry |^# |\* \* \* \*|CONTAAZUL_SYNC_HOME=|^cell |"
    r"^a product$|^an order$|^everything else$|^shop profile$|^state file$|CNPJ|\[kits|Link \| None|"
    r"^Conta Azul: |-> |^contaazul-sync:|contaazul-sync \(\)?$|"
    r"^ ?contaazul-sync ?([a-z-]+( [a-z-]*)*( > drift.csv)?)?$"
)
NOT_HERE = ("sandbox", "migrations.py", "words.py", "log.py", "payloads.py", "cron.py", "database.py")


def test_every_text_has_a_translation_with_the_same_values_in_it():
    for message in messages.kept():
        if not message.id:
            continue
        source = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(told), f"no translation: {message.id}"
        assert not message.fuzzy, f"fuzzy: {message.id}"
        for text in told:
            wanted = set(PLACEHOLDER.findall(source[-1]))
            assert set(PLACEHOLDER.findall(text)) == wanted, f"other values: {text}"
            assert text[0].isspace() == source[0][0].isspace(), f"spaces: {text!r}"


def test_the_catalogue_is_up_to_date_with_the_source():
    had, has = {message.id for message in messages.kept()}, {message.id for message in messages.texts()}

    assert had == has, f"run `make messages`: {had ^ has}"


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(PACKAGE.rglob("*.py")) if not set(NOT_HERE) & set(p.parts)],
    ids=lambda p: p.stem,
)
def test_no_message_is_left_in_english_alone(path):
    assert list(unspoken(ast.parse(path.read_text(encoding="utf-8")))) == []


def unspoken(tree: ast.Module) -> Iterator[str]:
    """The sentences that are not looked up in the catalogue."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = sentence(node)
        if text and not excused(node, parents):
            yield f"line {node.lineno}: {text}"  # type: ignore[attr-defined]


def sentence(node: ast.AST) -> str:
    """The text of a node that a person might read: two words or more."""
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        return ""
    looks = re.search(r"[A-Za-z]{2,}.* | .*[A-Za-z]{2,}", text)
    return text if looks and not QUERY.search(text) and not TECHNICAL.search(text) else ""


def excused(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a text is a docstring, an annotation, part of another text, or given to a silent call."""
    above = parents[node]
    if isinstance(above, ast.Expr | ast.arg | ast.FunctionDef | ast.AsyncFunctionDef | ast.AnnAssign):
        return True
    while node in parents:
        node, inner = parents[node], node
        if isinstance(node, ast.JoinedStr):
            return True
        if isinstance(node, ast.Subscript) and inner is node.slice and not isinstance(inner, ast.Tuple):
            return True
        if isinstance(node, ast.Call) and inner is not node.func:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in SILENT:
                return True
    return False


def said(home: Path, *arguments: str, **environ: str) -> str:
    """What the installed program prints, on both streams."""
    done = subprocess.run(
        [str(PROGRAM), *arguments],
        env={"PATH": "/usr/bin:/bin", "CONTAAZUL_SYNC_HOME": str(home), **environ},
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
        encoding="utf-8",
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_the_setting_decides_what_cron_speaks_and_else_the_locale(tmp_path):
    tmp_path.chmod(0o700)
    assert "No such command" in said(tmp_path, "nada", LANG="C")
    assert "Não existe o comando" in said(tmp_path, "nada", LANG="pt_BR.UTF-8")
    (tmp_path / "config.toml").write_text('language = "pt-BR"\n[credentials]\nbackend = "file"\n')

    assert "Sem acesso ao ERP." in said(tmp_path, "status", LANG="C")
    assert "Falta [erp] client_id" in said(tmp_path, "sync")
    assert "Comandos:" in said(tmp_path, "--help")
    assert "Mostrar o que seria enviado" in said(tmp_path, "sync", "--help")
    (tmp_path / "config.toml").write_text('language = "en"\n[credentials]\nbackend = "file"\n')
    assert "Not signed in" in said(tmp_path, "status", LANG="pt_BR.UTF-8")


def test_numbers_take_the_form_that_the_language_has_for_them(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "")
    try:
        words.speak("pt_BR")
        assert [words.products(n) for n in (0, 1, 2)] == ["0 produtos", "1 produto", "2 produtos"]
    finally:
        words.speak("en")
    assert [words.products(n) for n in (0, 1, 2)] == ["0 products", "1 product", "2 products"]
