"""What the program says, it says in Portuguese, too: every message is wrapped, translated and compiled."""

import ast
import os
import re
import string
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo

from contaazul_sync.cli import app as cli
from contaazul_sync.cli import usage
from contaazul_sync.core import words
from contaazul_sync.core.errors import ConfigError
from contaazul_sync.home.config import load
from contaazul_sync.home.machine import utc_now
from contaazul_sync.operate.signin.settings import Look, Preparing
from contaazul_sync.sandbox.server import Sandbox
from tests.worlds.asking import Told
from tests.worlds.terminal import Terminal
from tools import messages

pytestmark = pytest.mark.slow  # they read all of the code

PT = "pt_BR"
CATALOGUE = messages.kept()
MO = messages.PO.with_suffix(".mo")
ALL = [message for message in CATALOGUE if message.id]
# The names of the states, the ERP's own Portuguese, files for cron and systemd, and the page's script.
NOT_FOR_PEOPLE = ("states.py", "payloads.py", "answers.py", "refusals.py", "cron.py", "age.py")
SOURCES = [
    *(
        path
        for path in messages.PACKAGE.rglob("*.py")
        if "sandbox" not in path.relative_to(messages.PACKAGE).parts
    ),
    # shops.py writes the demo's settings
    *(path for path in (messages.PACKAGE / "sandbox/story").glob("*.py") if path.name != "shops.py"),
]
# Calls whose arguments are patterns, statements, types or lines of the log, and the claims of the demo.
TECHNICAL = (
    *("compile", "fullmatch", "match", "search", "sub", "findall", "split", "replace", "removeprefix"),
    *("execute", "executemany", "executescript", "TypeVar", "claim", "_complain", "typed"),
)
# The first three are translated where they are used (tools/messages.py lists them); a file for the demo.
ELSEWHERE = ("HELP", "ARGUMENTS", "COMPLAINTS", "CONFIG")
SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|FROM|PRAGMA|WHERE|VACUUM|BEGIN|JOIN|ORDER BY)\b"
)
COMMANDS = "|".join((*cli.COMMANDS, "config", "alerts"))
COMMAND = re.compile(
    rf"systemctl .*|({COMMANDS}) \{{\}}"
    rf"|(\{{\}} )?contaazul-sync:?( --[\w-]+| ?\{{\}}| > \S+| ({COMMANDS}))*\s*"
)
# What looks like a message and is none, `{}` for each value in it.
ALLOWED = {
    # keys that are translated where they are shown
    *("cancelled orders", "compare stock", "write stock"),
    *(
        "everything else",
        "shop profile",
        "state file",
        "a product",
        "an order",
        "a document",
        "consumer '{}'",
        "settle '{}'",
        "item {}",
    ),
    *("the ERP", "the shop"),
    # what goes into a sale, a hash or a header
    *("[{}:pedido {}]", "[{}:parte {}/{} do pedido {}]", "{}:another total", "--shop-id {}", "Telefone: {}"),
    *("Cliente da loja", "consumer {}", "Bearer {}"),
    *("Pago na loja: {}; total do pedido: {}", "text/plain; charset=utf-8", "text/html, text/xml"),
    *("no frete", "no desconto", "Arredondamento da loja: {} {}"),
    "Sem a linha do conjunto {}, cujas partes são linhas próprias",
    "prices and stock of this shop, read for its own ERP",
    # keys of the program's own lists
    *("SKU {}", "EAN {}", "not what was written"),
    # the same in every language
    *("Conta Azul: {}  {}", "contaazul-sync {command}", " (CNPJ {})", "contaazul-sync ({})"),
    *("{} type", "{} terms", "{} first_due_days", "[kits.{}] {}"),
    *("{} settle", "{} fee_percent", "{} fee_fixed"),
    '{"said": ',  # how the state keeps what was said
    # lines of the log
    "what is told cannot be kept",
    *("the ping", "the alert", "[alerts] notify needs: {}"),
    # commands of others
    *("pipx inject {} {}", "{} -m pip install {}"),
    # notes of the state, the names of settings, and what a gateway says
    *("nowhere: {}", "[erp] api_url", "[shop] api_url, [shop] url"),
    *("not found", "no route matched with those values", "page not found"),
    # other programs
    "import keyring; print(keyring.get_password({}, {}))",
    "\nNot as told:\n",  # with the claims of the demo
    "{} Pedido {}",  # to the ERP, in its language
}


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.speak("en")
    os.environ.pop("LANGUAGE", None)


# The catalogue


def test_the_catalogue_has_every_message_translated_and_no_other():
    assert list(messages.problems(CATALOGUE)) == [], "run: make messages, and translate"


def test_the_catalogue_is_compiled():
    compiled = BytesIO()
    write_mo(compiled, CATALOGUE)
    compiled.seek(0)

    with MO.open("rb") as file:
        assert _texts(file) == _texts(compiled), "run: make lint, which compiles it"


def test_a_translation_has_the_values_of_its_message():
    for message in ALL:
        for english, text in zip(_forms(message.id), _forms(message.string), strict=True):
            assert _values(text) == _values(english), english


def test_a_translation_names_the_same_commands_and_begins_and_ends_alike():
    commands = re.compile(rf"contaazul-sync (?:{COMMANDS})|CONTAAZUL_SYNC_\w+|--[a-z-]+")
    for message in ALL:
        many = _forms(message.id)[-1]
        for text in _forms(message.string):
            assert sorted(commands.findall(text)) == sorted(commands.findall(many)), many
            assert text[: len(text) - len(text.lstrip())] == many[: len(many) - len(many.lstrip())], many
            assert text[len(text.rstrip()) :] == many[len(many.rstrip()) :], many
            assert text.endswith(".") == many.endswith("."), many


# What no Brazilian shopkeeper says, or two words for one thing; and what is said instead.
UNSAID = {
    r"\bpar (dele )?no ERP": "produto correspondente no ERP",
    r"\bdeles sem\b": "sem valor; não dá para enviar",
    r"próximo sync": "próxima sincronização",
    r"não consulta ninguém": "não acessa a loja nem o ERP",
    r"\bexcluíd": "apagado",
    r"\bdeix\w+ de lado": "ignorar",
    r"fora de alcance": "inacessível",
    r"\b[nd]o Conta Azul": "na Conta Azul, da Conta Azul",
    r"devolvid\w na loja|estornad": "reembolsado",
    r"execução boa|não feitos": "com sucesso; não concluídos",
    r"\bvocê|\bseu pedido": "(no one is addressed)",
}


@pytest.mark.parametrize("phrase", UNSAID)
def test_no_translation_says_what_no_shopkeeper_says(phrase):
    found = [text for message in ALL for text in _forms(message.string) if re.search(phrase, text, re.I)]

    assert found == [], f"say: {UNSAID[phrase]}"


# The code


def test_what_is_said_to_people_is_wrapped():
    found = [
        f"{path.relative_to(messages.ROOT)}:{line}: {text!r}"
        for path in sorted(SOURCES)
        if path.name not in NOT_FOR_PEOPLE
        for line, text in unwrapped(messages.parsed(path))
        if text not in ALLOWED
    ]

    assert found == [], "wrap it in _(), or say in ALLOWED why not"


def test_nothing_is_allowed_that_is_not_there():
    there = {text for path in SOURCES for _, text in unwrapped(messages.parsed(path))}

    assert ALLOWED - there == set()


def test_what_is_translated_is_a_whole_text_with_its_values_by_name():
    for path in SOURCES:
        for node in ast.walk(messages.parsed(path)):
            if isinstance(node, ast.Call) and _name(node) in messages.FORMS:
                for form in node.args[: messages.FORMS[_name(node)]]:
                    assert not isinstance(form, ast.JoinedStr | ast.BinOp), f"{path.name}:{form.lineno}"
                    if isinstance(form, ast.Constant):
                        assert "{}" not in str(form.value), f"{path.name}:{form.lineno}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('tell("Nothing was sent.")', ["Nothing was sent."]),
        ('tell(f"{n} orders {what}")', ["{} orders {}"]),
        ('tell("The shop " "is closed")', ["The shop is closed"]),
        ('tell(_("Nothing was sent."))', []),
        ("""f"{_('Nothing was sent')} {n}\"""", []),
        ("""f"{n}: {tell('Nothing was sent')}\"""", ["Nothing was sent"]),
        ('ngettext("{n} order", "{n} orders", 2)', []),
        ('LOG.warning("the ping did not go through")', []),
        ('warning("the clock is late")', ["the clock is late"]),
        ('db.execute("SELECT x FROM y")', []),
        ('x = {"status": "SELECT id FROM runs"}', []),
        ('def f(x: "list[int] | None") -> "dict[str, int]":\n    """Say so."""', []),
        ('def f(x: Annotated[str, Option(help="Say so.")]): pass', ["Say so."]),
        ('HELP = ("Show this message and exit.",)', []),
        ('run("contaazul-sync status --json")', []),
        ('tell("contaazul-sync status says so")', ["contaazul-sync status says so"]),
    ],
)
def test_a_message_that_nobody_wrapped_is_found(source, found):
    assert [text for _, text in unwrapped(ast.parse(source))] == found


# The language


@pytest.mark.parametrize(
    ("setting", "environ", "language"),
    [
        ("", {}, "en"),
        ("", {"LANG": "C"}, "en"),
        ("", {"LANG": "pt_BR.UTF-8"}, PT),
        ("", {"LANG": "en_US.UTF-8", "LC_ALL": "pt_BR.UTF-8"}, PT),
        ("", {"LANG": "pt_BR.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ("en", {"LANG": "pt_BR.UTF-8"}, "en"),
        ("pt-BR", {"LANG": "C"}, PT),
    ],
)
def test_the_setting_decides_and_else_the_locale(setting, environ, language):
    assert words.language_of(setting, environ) == language


def test_numbers_have_their_forms():
    assert (words.products(0), words.products(1), words.orders(2)) == ("0 products", "1 product", "2 orders")
    words.speak(PT)
    assert (words.products(0), words.products(1), words.items(2)) == ("0 produtos", "1 produto", "2 itens")
    words.speak("en")
    assert (words.language(), words.items(1)) == ("en", "1 item")


def test_auth_asks_for_the_language_once_and_speaks_it_from_there_on(tmp_path):
    ask = Told("Português")
    preparing = Preparing({"CONTAAZUL_SYNC_HOME": str(tmp_path)}, ask, utc_now(), lambda *_: Look(""))

    with pytest.raises(ConfigError, match="client_id"):
        preparing.run()
    assert ask.asked[0] == ("Language / Idioma (pt-BR or en)", "en")
    assert words.language() == PT
    with pytest.raises(ConfigError):
        preparing.run()
    assert [each for each, _offered in ask.asked if "Idioma" in each] == ["Language / Idioma (pt-BR or en)"]


@pytest.mark.parametrize("complaint", usage.COMPLAINTS)
def test_each_complaint_about_the_line_that_was_typed_has_its_translation(complaint):
    values = {name: f"'{name}'" for name in _values(complaint)}
    english = complaint.format(**values)

    assert usage.complaint(english) == english
    words.speak(PT)
    assert usage.complaint(english) == words._(complaint).format(**values)
    assert usage.complaint("Something new happened.") == "Something new happened."


# The installed program


@pytest.fixture
def terminal(tmp_path):  # a home of its own: one of the tests signs in
    with Sandbox(catalogue=False) as box:
        made = Terminal(tmp_path, box)
        made.configure()
        yield made


def _with_language(terminal: Terminal, language: str) -> None:
    terminal.configure()
    file = terminal.home / "config.toml"
    file.write_text(f'language = "{language}"\n' + file.read_text())


def _says(terminal: Terminal, *line: str, **environ: str) -> str:
    done = terminal.run(*line, **environ)
    assert done.stdout + done.stderr, done.returncode
    return done.stdout + done.stderr


SAID = [
    (("status",), "Produtos\n  anúncios ativos", "Products\n  integrated"),
    (("--help",), "Começar:\n  auth", "Begin:\n  auth"),
    (("--help",), "Mostra esta mensagem e sai.", "Show this message and exit."),
    (("--help",), "Uso: contaazul-sync [OPÇÕES] COMANDO", "Usage: contaazul-sync [OPTIONS] COMMAND"),
    (("sync", "--help"), "--since DIA", "--since DAY"),
    (("send-products", "--help"), "--search TEXTO", "--search TEXT"),
    (("log", "--help"), "[padrão: 20]\n", "[default: 20]\n"),
    (("unignore", "--help"), "[OPÇÕES] ITENS...", "[OPTIONS] ITEMS..."),
    (("log", "x"), "Erro: Valor inválido para 'EXECUÇÃO': 'x' não é um número inteiro.", "Error: Invalid"),
    (
        ("log", "-n", "0"),
        "Erro: Valor inválido para '-n': 0 está fora da faixa de 1 para cima.",
        "Error: Invalid",
    ),
    (("log", "-n"), "Erro: A opção '-n' exige um valor.", "Error: Option '-n' requires an argument."),
    (("link",), "Experimente 'contaazul-sync link -h' para ajuda.", "Try 'contaazul-sync link -h' for help."),
    (("link",), "Erro: Falta o argumento 'SKU'.", "Error: Missing argument 'SKU'."),
    (("unignore",), "Erro: Falta o argumento 'ITENS...'.", "Error: Missing argument 'ITEMS...'."),
    (("statsu",), "Erro: Comando inexistente: 'statsu'. Seria 'status'?", "Error: No such command 'statsu'."),
    (("xyz",), "Erro: Comando inexistente: 'xyz'.", "Error: No such command 'xyz'."),
    (("sync", "--dryrun"), "(opções possíveis: --dry-run)", "(Possible options: --dry-run)"),
    (("sync", "--yes=1"), "Erro: A opção '--yes' não aceita valor.", "Error: Option '--yes' does not take a"),
    (("auth", "x"), "Erro: Argumentos a mais: x", "Error: Got unexpected extra argument(s) (x)"),
    (("send-products", "--from-file", "/no"), "O arquivo '/no' não existe.", "File '/no' does not exist."),
    (("status", "--html", "/"), "O arquivo '/' é uma pasta.", "File '/' is a directory."),
    (("config", "set", "language", "es"), "precisa ser pt-BR ou en.", "it has to be pt-BR or en."),
    (("--profile", "x", "sync"), "Não existe o perfil x", "There is no profile x"),
    (
        ("sync", "--dry-run"),
        "Sem login no ERP. Rode: contaazul-sync auth",
        "Not signed in to the ERP. Run: c",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("line", "portuguese", "english"), SAID)
def test_the_program_speaks_the_language_of_the_setting_or_of_the_locale(terminal, line, portuguese, english):
    terminal.configure()

    assert portuguese in _says(terminal, *line, LANG="pt_BR.UTF-8")
    assert english in _says(terminal, *line, LANG="C")


@pytest.mark.slow
def test_the_setting_wins_over_the_locale(terminal):
    _with_language(terminal, "pt-BR")
    for line, portuguese, _english in SAID[:3]:
        assert portuguese in _says(terminal, *line, LANG="C")
    assert "Falta o argumento 'SKU'" in _says(terminal, "link")
    assert "Sem login no ERP. Rode: contaazul-sync auth" in _says(terminal, "sync")

    _with_language(terminal, "en")
    for line, _portuguese, english in SAID:
        if "--profile" not in line:  # which is wrong before the settings are known
            assert english in _says(terminal, *line, LANG="pt_BR.UTF-8")


@pytest.mark.slow
def test_a_sign_in_without_questions_writes_the_language_of_the_locale(terminal):
    terminal.configure()
    done = terminal.sign_in(LANG="pt_BR.UTF-8")

    assert done.returncode == 0
    assert "Login feito: " in done.stderr
    assert load({"CONTAAZUL_SYNC_HOME": str(terminal.home)}).text("language") == "pt-BR"
    assert "Última execução" in _says(terminal, "status") or "Nenhuma execução" in _says(terminal, "status")


# How it is looked up


def unwrapped(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each text that looks like one for people and is not translated, with its line; `{}` for a value."""
    for node in _said(tree):
        text = _text(node)
        if text is not None and _is_for_people(text):
            yield node.lineno, text


def _said(node: ast.AST) -> Iterator[ast.expr]:
    """The texts below a node that may be said: no docstrings, annotations, and nothing that is wrapped."""
    if isinstance(node, ast.Call) and _is_silent(node):
        return
    if isinstance(node, ast.Assign | ast.AnnAssign) and _target(node) in ELSEWHERE:
        return
    if _text(node) is not None and isinstance(node, ast.expr):
        yield node
    for child in _children(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from _said(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    body = getattr(node, "body", None)
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    docstring = body[0] if documented and body and ast.get_docstring(node) is not None else None  # type: ignore[arg-type]
    for child in ast.iter_child_nodes(node):
        if child is docstring:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and child is node.returns:
            continue
        if isinstance(node, ast.arg | ast.AnnAssign) and child is node.annotation:
            yield from (call for call in ast.walk(child) if isinstance(call, ast.Call))  # Annotated[...]
            continue
        yield child


def _is_silent(call: ast.Call) -> bool:
    logs = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "LOG"
    return logs or _name(call) in (*messages.FORMS, *TECHNICAL)


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    return ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _is_for_people(text: str) -> bool:
    plain = text.replace("{}", "")
    words_in_it = re.search(r"[^\W\d_]{2}", plain) and re.search(r"\s", plain)
    return bool(words_in_it) and not SQL.search(text) and not COMMAND.fullmatch(text)


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def _texts(file: object) -> dict[object, str]:
    return {key: text for key, text in GNUTranslations(file)._catalog.items() if key}  # type: ignore[arg-type,attr-defined]
