"""The environment and the files as people have them: each ends well, or in one sentence."""

import codecs
import pwd

import pytest

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.home.config import load, twin
from contaazul_sync.home.settings import SETTINGS, home_directory

pytestmark = pytest.mark.slow
NONSENSE = "\x1b]0;x\x07 [non/sense]:\n%s"
# What is read once Python has begun: by us, by our libraries, by the library of C.
OURS = [f"CONTAAZUL_SYNC_{name}" for name in ("HOME", "PROFILE", "CLIENT_SECRET", "SHOP_TOKEN")]
SCREEN = ["COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TTY_COMPATIBLE"]
SCREEN += ["TTY_INTERACTIVE", "TERMINFO", "JPY_PARENT_PID", "TYPER_USE_RICH", "_TYPER_STANDARD_TRACEBACK"]
PLACES = ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR", "PATH", "PWD"]
SPOKEN = ["LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LC_TIME", "TZ", "TZDIR", "PYTHONTZPATH"]
LINE = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy"]
LINE += ["no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "REQUESTS_CA_BUNDLE", "NETRC"]
LINE += ["OPENSSL_CONF", "OPENSSL_MODULES", "RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES", "REQUEST_METHOD"]
OTHERS = ["PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_SCHEME", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY"]
OTHERS += ["BROWSER", "USER", "LOGNAME", "SHELL", "PYTHONASYNCIODEBUG", "PYTHON_COLORS", "HTTPX_LOG_LEVEL"]
GROUPS = {"ours": OURS, "screen": SCREEN, "places": PLACES, "spoken": SPOKEN, "line": LINE, "others": OTHERS}
# Python itself does not begin with these, or begins as something else, before a line of ours is run.
BEFORE_US = ["PYTHONHOME", "PYTHONPATH", "PYTHONIOENCODING", "PYTHONHASHSEED", "PYTHONMALLOC", "LD_PRELOAD"]
BEFORE_US += [
    "PYTHONWARNINGS",
    "PYTHONUTF8",
    "PYTHONCOERCECLOCALE",
    "PYTHONINTMAXSTRDIGITS",
    "LD_LIBRARY_PATH",
]
BEFORE_US += ["PYTHONTRACEMALLOC", "PYTHONBREAKPOINT", "PYTHONSTARTUP", "PYTHONINSPECT", "LD_AUDIT"]


def is_told(done):
    """Whether it ended well or in a sentence for a person, and nothing steered the terminal."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert "\x1b]" not in said
    assert "\x07" not in said
    return done.returncode in (0, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("group", GROUPS)
def test_a_variable_of_nonsense_stops_nothing_without_a_sentence(signed_in, group):
    for name in GROUPS[group]:
        value = (
            str(signed_in.root / NONSENSE[:9]) if name == "CONTAAZUL_SYNC_HOME" else NONSENSE
        )  # it makes that

        done = signed_in.run("sync", **{name: value})

        assert is_told(done), name
        assert done.returncode == 0 or done.stderr.startswith(("contaazul-sync: ", "Usage: ")), name


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_of_nonsense_is_read_or_named(tmp_path, name):
    given = {"CONTAAZUL_SYNC_HOME": str(tmp_path), twin(name): NONSENSE}
    try:
        read, why = load(given).text(name), ""
    except ConfigError as error:
        read, why = "", error.message

    assert read == NONSENSE.strip() or twin(name) in why


def test_those_that_stop_python_itself_are_not_ours_to_mend():
    assert not {name for group in GROUPS.values() for name in group} & {*BEFORE_US}


@pytest.mark.parametrize("words", [("status",), ("orders",), ("config", "show")])
def test_no_columns_are_passed_over(signed_in, words):
    assert is_told(signed_in.run(*words, COLUMNS="0"))  # more of them: tests/home/test_screen.py


@pytest.mark.parametrize(
    "variables",
    [
        {"HTTPS_PROXY": "ftp://joao:senha@x"},
        {"ALL_PROXY": "http://joao:senha@[::1"},
        {"SSL_CERT_FILE": "/no/such/file"},
        {"SSLKEYLOGFILE": "/no/such/file"},
    ],
)
def test_a_variable_that_stops_every_line_is_named_by_a_run_and_by_the_doctor(signed_in, variables):
    (name,) = variables
    for words in (("sync",), ("doctor",)):
        done = signed_in.run(*words, **variables)
        assert done.returncode == 3
        assert name in done.stdout + done.stderr
        assert "senha" not in done.stdout + done.stderr


def test_a_proxy_that_is_away_is_named_without_its_password(signed_in):
    done = signed_in.run("doctor", ALL_PROXY="socks5://joao:senha@127.0.0.1:9", NO_PROXY="fe80::/10")

    assert "the proxy of ALL_PROXY cannot be reached" in " ".join(done.stdout.split())
    assert "senha" not in done.stdout + done.stderr


def test_a_home_of_a_user_whom_nobody_knows_is_one_sentence(terminal):
    done = terminal.run("status", CONTAAZUL_SYNC_HOME="~nobody-at-all/x")

    assert done.returncode == 3
    assert "The variable CONTAAZUL_SYNC_HOME begins with the home directory of a user" in done.stderr


def test_a_user_without_a_home_and_without_an_entry_is_told_what_to_set(monkeypatch):
    def nobody(_uid):
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ConfigError, match="Set CONTAAZUL_SYNC_HOME to a folder, beginning with /"):
        home_directory({})


@pytest.mark.parametrize("name", ["100%", "a#b", "a?b=1", "a b", "ção", "file:x", "%41"])
def test_a_home_of_any_name_is_that_home_and_no_other(signed_in, name):
    moved = signed_in.home.rename(signed_in.root / name)
    signed_in.environ["CONTAAZUL_SYNC_HOME"] = str(moved)
    signed_in.home = moved
    signed_in.sandbox.shop.add_product("CAM-1", "Camisa", 79.90, 5)
    assert signed_in.run("send-products", "CAM-1", "--now").returncode == 0
    signed_in.sandbox.erp.product("CAM-1").price = 1

    assert signed_in.run("reconcile").returncode == 6
    assert "CAM-1" in signed_in.run("products").stdout
    assert signed_in.run("doctor").returncode in (0, 3)
    assert [path.name for path in signed_in.root.iterdir() if path.is_dir()] == [name]


NOTEPAD = '[prices]\r\nadjustment_percent = 7\r\n[shop]\r\nid = "ação"\r\n'


def test_settings_that_notepad_has_saved_are_read_and_written(terminal):
    file = terminal.home / "config.toml"
    file.write_bytes(codecs.BOM_UTF8 + NOTEPAD.encode())

    assert terminal.run("config", "set", "prices.source", "regular").returncode == 0

    shown = terminal.run("config", "show").stdout
    assert "ação" in shown
    assert "regular" in shown


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (NOTEPAD.encode("utf-16"), "it is saved as UTF-16: save it as UTF-8"),
        (NOTEPAD.encode("utf-16-le"), "it is saved as UTF-16: save it as UTF-8"),
        (NOTEPAD.encode("cp1252"), "it has letters that are not UTF-8: save it as UTF-8"),
        (b"a = " + b"[" * 100_000, "is not valid TOML"),
    ],
)
@pytest.mark.parametrize("words", [("status",), ("config", "set", "prices.source", "regular")])
def test_settings_saved_another_way_are_one_sentence(terminal, words, content, told):
    file = terminal.home / "config.toml"
    file.write_bytes(content)

    done = terminal.run(*words)

    assert done.returncode == 3
    assert is_told(done)
    assert told in done.stderr
    assert file.read_bytes() == content
