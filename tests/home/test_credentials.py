"""Where the secrets are kept, and who may read them."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest

from contaazul_sync.core import words
from contaazul_sync.core.errors import CredentialsError, SetupError
from contaazul_sync.home import machine
from contaazul_sync.home.credentials import Secrets, SecretsDamagedError, Vault
from contaazul_sync.home.machine import utc_now
from contaazul_sync.home.places import KEYRING_SERVICE, FileBackend
from contaazul_sync.operate.signin.settings import Look, Preparing
from tests.worlds.asking import Told

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
# A keyring in a file, that a process without any desktop can read as well.
KEYRING_IN_A_FILE = """
import json
from pathlib import Path

import keyring.backend

FILE = Path(__file__).with_suffix(".json")


class Keyring(keyring.backend.KeyringBackend):
    priority = 1

    def _all(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {}

    def get_password(self, service, username):
        return self._all().get(f"{service}:{username}")

    def set_password(self, service, username, password):
        FILE.write_text(json.dumps(self._all() | {f"{service}:{username}": password}))

    def delete_password(self, service, username):
        kept = self._all()
        del kept[f"{service}:{username}"]
        FILE.write_text(json.dumps(kept))
"""


class MemoryKeyring(keyring.backend.KeyringBackend):
    """What a desktop session has."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


class LockedKeyring(keyring.backend.KeyringBackend):
    """What cron finds."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("no desktop")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked("no desktop")

    def delete_password(self, service: str, username: str) -> None:
        raise keyring.errors.KeyringLocked("no desktop")


@pytest.fixture
def use_keyring():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def memory(use_keyring):
    ring = MemoryKeyring()
    use_keyring(ring)
    return ring


@pytest.fixture
def locked(use_keyring):
    use_keyring(LockedKeyring())


@pytest.fixture
def home(tmp_path):
    return tmp_path


def vault(home: Path, backend: str = "file", **environ: str) -> Vault:
    return Vault(home, backend, environ)


def secrets_file(home: Path) -> Path:
    return home / "secrets.json"


# The file


def test_secrets_are_kept_in_a_file_for_its_owner_alone(home):
    before = os.umask(0)
    try:
        vault(home).update(client_secret="s-1", shop_token="t-1")
    finally:
        os.umask(before)

    assert secrets_file(home).stat().st_mode & 0o777 == 0o600
    held = vault(home).read()
    assert (held.client_secret, held.shop_token) == ("s-1", "t-1")


def test_without_a_file_there_are_no_secrets(home):
    assert vault(home).read() == Secrets()
    assert not vault(home).read().signed_in


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_file_that_others_may_read_is_refused_with_the_command_that_helps(home, mode):
    vault(home).update(client_secret="s-1")
    secrets_file(home).chmod(mode)

    with pytest.raises(CredentialsError) as caught:
        vault(home).read()

    assert caught.value.exit_code == 3
    assert f"chmod 600 {secrets_file(home)}" in caught.value.message
    assert f"mode {mode:o}" in caught.value.message


def test_a_change_leaves_the_other_secrets_and_makes_a_key_for_hashes_once(home):
    first = vault(home).update(client_secret="s-1")
    second = vault(home).update(shop_token="t-1")

    assert (second.client_secret, second.shop_token) == ("s-1", "t-1")
    assert len(first.hash_key) == 64
    assert second.hash_key == first.hash_key


@pytest.mark.parametrize("content", ["{", "[]", "null", "7", '{"a": 1}', '"text"'])
def test_a_file_that_is_not_ours_is_told_and_not_overwritten(home, content):
    secrets_file(home).write_text(content)
    secrets_file(home).chmod(0o600)

    for attempt in (vault(home).read, lambda: vault(home).update(client_secret="x")):
        with pytest.raises(SecretsDamagedError) as caught:
            attempt()
        assert caught.value.exit_code == 3
        assert caught.value.message == (
            f"What the file {secrets_file(home)} holds is not what this program wrote."
            " Run: contaazul-sync auth"
        )

    assert secrets_file(home).read_text() == content


def test_an_empty_file_holds_no_secrets(home):
    secrets_file(home).touch(0o600)

    assert vault(home).read() == Secrets()


def test_a_directory_in_its_place_is_told(home):
    secrets_file(home).mkdir(mode=0o700)

    with pytest.raises(CredentialsError, match="cannot be read"):
        vault(home).read()


def test_a_place_that_cannot_be_written_is_told(home):
    with pytest.raises(CredentialsError, match="cannot be written"):
        vault(home / "nowhere").update(client_secret="x")


def test_secrets_can_be_forgotten_twice(home):
    vault(home).update(client_secret="x")

    vault(home).delete()
    vault(home).delete()

    assert vault(home).read() == Secrets()


def test_a_secret_is_not_seen_where_it_is_printed_by_mistake(home):
    held = vault(home).update(
        client_secret="s-1", shop_token="t-1", access_token="a-1", refresh_token="r-1", company_id="1203344"
    )

    shown = repr(held)

    assert "1203344" in shown
    assert not any(secret in shown for secret in ["s-1", "t-1", "a-1", "r-1", held.hash_key])


def test_a_file_of_other_bytes_is_told(home):
    secrets_file(home).write_bytes(b"\xff\xfe\x00")
    secrets_file(home).chmod(0o600)

    with pytest.raises(SecretsDamagedError, match="holds is not what this program wrote"):
        vault(home).read()


def test_the_message_has_the_path_as_it_is(home):
    place = home / "Minha-Loja"
    place.mkdir()
    secrets_file(place).touch(0o600)
    secrets_file(place).write_text("{")

    with pytest.raises(CredentialsError) as caught:
        vault(place).read()

    assert str(secrets_file(place)) in caught.value.message


def test_the_command_that_the_message_names_helps(home):
    secrets_file(home).touch(0o600)
    secrets_file(home).write_text("{")
    (home / "config.toml").write_text(
        'language = "en"\n[erp]\nclient_id = "a"\nredirect_uri = "https://loja.example"\n'
        '[shop]\nkind = "webstore"\napi_url = "https://api.loja.example"\nid = "loja"\n'
        '[orders]\nsince = 2026-11-01\npaid_differs = "hold"\nrounding = "hold"\n'
        '[credentials]\nbackend = "file"\n'
    )
    answers = Told("given", "given")

    Preparing({"CONTAAZUL_SYNC_HOME": str(home)}, answers, utc_now(), lambda *_: Look("")).run()

    held = vault(home).read()
    assert (held.client_secret, held.shop_token) == ("given", "given")
    assert len(held.hash_key) == 64


# The environment


def test_the_environment_wins_and_is_not_kept(home):
    vault(home).update(client_secret="kept", shop_token="kept")
    given = {"CONTAAZUL_SYNC_CLIENT_SECRET": "s-env", "CONTAAZUL_SYNC_SHOP_TOKEN": "t-env"}

    held = vault(home, **given).update(access_token="a-1")

    assert (held.client_secret, held.shop_token, held.access_token) == ("s-env", "t-env", "a-1")
    kept = json.loads(secrets_file(home).read_text())
    assert (kept["client_secret"], kept["shop_token"], kept["access_token"]) == ("kept", "kept", "a-1")


def test_an_empty_variable_is_none(home):
    vault(home).update(client_secret="kept")

    assert vault(home, CONTAAZUL_SYNC_CLIENT_SECRET="").read().client_secret == "kept"


# What the secrets say


@pytest.mark.parametrize(
    ("held", "fresh"),
    [
        (Secrets(access_token="a", expires_at=(NOW + timedelta(seconds=1)).isoformat()), True),
        (Secrets(access_token="a", expires_at=NOW.isoformat()), False),
        (Secrets(access_token="a"), False),
        (Secrets(expires_at=(NOW + timedelta(hours=1)).isoformat()), False),
    ],
)
def test_a_token_is_fresh_until_its_time(held, fresh):
    assert held.fresh(NOW) is fresh


@pytest.mark.parametrize(
    ("held", "signed_in"),
    [
        (Secrets(refresh_token="r", company_id="1"), True),
        (Secrets(refresh_token="r"), False),
        (Secrets(refresh_token="r", company_id="1", refused=True), False),
        (Secrets(), False),
    ],
)
def test_signed_in_means_a_refresh_token_and_a_company_and_no_refusal(held, signed_in):
    assert held.signed_in is signed_in


def test_what_a_newer_version_keeps_stays(home):
    vault(home).update(client_secret="s-1")
    told = json.loads(secrets_file(home).read_text()) | {"newer": {"a": [1]}}
    secrets_file(home).write_text(json.dumps(told))

    assert vault(home).read().client_secret == "s-1"
    vault(home).update(refresh_token="r-2")

    assert json.loads(secrets_file(home).read_text()) == told | {"refresh_token": "r-2"}
    assert "newer" not in repr(vault(home).read())


@pytest.mark.parametrize("moment", ["soon", "7", "2026-11-24T15:00:00"])
def test_a_moment_that_is_none_makes_a_token_old(moment):
    assert not Secrets(access_token="a", expires_at=moment).fresh(NOW)


@pytest.fixture
def give_away(monkeypatch):
    """Files of somebody else, for who is root."""
    if os.geteuid() == 0:
        return partial(os.chown, uid=65_533, gid=-1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)  # to root, ours are somebody else's
    return str


def test_root_leaves_the_secrets_of_somebody_else_alone(home, give_away):
    file = secrets_file(home)
    file.write_text("{}")
    file.chmod(0o600)
    give_away(file)
    there = FileBackend(file)

    for attempt in (there.read, lambda: there.write("x"), there.room(9).__enter__):
        with pytest.raises(SetupError, match=r"Nothing was done\. Run: sudo -u \S+ contaazul-sync"):
            attempt()

    assert file.read_text() == "{}"
    assert [each.name for each in home.iterdir()] == ["secrets.json"]


def test_root_begins_no_home_in_a_folder_of_somebody_else(home, give_away):
    give_away(home)

    for place in (home, home / "share" / "contaazul-sync"):
        with pytest.raises(SetupError, match=r"sudo -u \S+ contaazul-sync") as caught:
            machine.prepare_home(place)
        assert str(home) in caught.value.message

    assert list(home.iterdir()) == []


# The keyring


@pytest.mark.parametrize("backend", ["keyring", "auto"])
def test_the_keyring_keeps_one_entry_for_each_home(home, memory, backend):
    one, other = home / "one", home / "other"
    one.mkdir()
    other.mkdir()
    vault(one, backend).update(client_secret="s-1")
    vault(other, backend).update(client_secret="s-2")

    assert vault(one, backend).read().client_secret == "s-1"
    assert vault(other, backend).read().client_secret == "s-2"
    assert memory.kept.keys() == {(KEYRING_SERVICE, str(one)), (KEYRING_SERVICE, str(other))}
    assert not secrets_file(one).exists()


def test_the_keyring_forgets_and_does_not_mind_being_told_twice(home, memory):
    vault(home, "keyring").update(client_secret="s-1")

    vault(home, "keyring").delete()
    vault(home, "keyring").delete()

    assert memory.kept == {}


def test_with_auto_a_file_that_is_there_is_used(home, memory):
    vault(home, "file").update(client_secret="in the file")

    assert vault(home, "auto").read().client_secret == "in the file"
    assert memory.kept == {}


def test_an_entry_that_is_not_ours_is_told(home, memory):
    memory.set_password(KEYRING_SERVICE, str(home), "hello")

    with pytest.raises(
        SecretsDamagedError, match="What the system keyring holds is not what this program wrote"
    ):
        vault(home, "keyring").read()


def failing(held: Vault) -> list[Any]:
    """What a vault is asked for."""
    return [
        held.read,
        lambda: held.update(client_secret="x"),
        lambda: held.backend.write("x"),
        held.delete,
    ]


def test_a_keyring_that_fails_says_what_to_set(home, locked):
    for attempt in failing(vault(home, "keyring")):
        with pytest.raises(CredentialsError, match='backend = "file"') as caught:
            attempt()
        assert "KeyringLocked" in caught.value.message
        assert caught.value.exit_code == 3


def test_where_nothing_was_chosen_yet_a_keyring_that_fails_holds_no_secrets(home, locked):
    assert vault(home, "auto").read() == Secrets()


def test_where_nothing_was_chosen_yet_the_environment_still_gives_its_secrets(home, locked):
    given = {"CONTAAZUL_SYNC_CLIENT_SECRET": "s-env", "CONTAAZUL_SYNC_SHOP_TOKEN": "t-env"}

    assert vault(home, "auto", **given).read() == Secrets(client_secret="s-env", shop_token="t-env")


def test_where_nothing_was_chosen_yet_a_keyring_that_fails_still_keeps_nothing(home, locked):
    _, *writing = failing(vault(home, "auto"))

    for attempt in writing:
        with pytest.raises(CredentialsError, match='backend = "file"') as caught:
            attempt()
        assert "KeyringLocked" in caught.value.message
        assert caught.value.exit_code == 3


@pytest.mark.parametrize("content", ["hello", "{", "[]"])
def test_where_nothing_was_chosen_yet_a_damaged_entry_is_told_all_the_same(home, memory, content):
    memory.set_password(KEYRING_SERVICE, str(home), content)

    with pytest.raises(SecretsDamagedError):
        vault(home, "auto").read()


# The choice that `auth` makes


def test_auto_takes_the_file_where_the_keyring_does_not_work(home, locked):
    held = vault(home, "auto")

    held.settle("auto")
    held.update(client_secret="s-1")

    assert secrets_file(home).exists()
    assert vault(home, "auto").read().client_secret == "s-1"


def test_auto_takes_the_file_where_cron_cannot_read_the_keyring(home, memory):
    held = vault(home, "auto")

    held.settle("auto")
    held.update(client_secret="s-1")

    assert secrets_file(home).exists()
    assert memory.kept == {}  # nor is the probe left behind


def test_a_keyring_that_was_asked_for_and_that_cron_cannot_read_is_refused(home, memory):
    with pytest.raises(CredentialsError, match="Cron has no desktop session"):
        vault(home, "keyring").settle("keyring")

    assert memory.kept == {}


def test_a_file_that_was_asked_for_needs_no_keyring(home, locked):
    held = vault(home, "file")

    held.settle("file")

    assert (held.backend.kind, held.backend.name) == ("file", f"the file {secrets_file(home)}")


@pytest.mark.parametrize("backend", ["auto", "keyring"])
def test_a_keyring_that_cron_reads_too_is_taken(home, use_keyring, monkeypatch, backend):
    module = home / "ring" / "ring_in_a_file.py"
    module.parent.mkdir()
    module.write_text(KEYRING_IN_A_FILE)
    settings = home / ".config" / "python_keyring" / "keyringrc.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[backend]\ndefault-keyring=ring_in_a_file.Keyring\nkeyring-path={module.parent}\n")
    monkeypatch.setenv("HOME", str(home))  # where cron's process looks for the settings of its keyring
    monkeypatch.syspath_prepend(module.parent)
    ring: Any = __import__("ring_in_a_file")
    use_keyring(ring.Keyring())
    held = vault(home, backend)

    held.settle(backend)
    held.update(client_secret="s-1")

    assert (held.backend.kind, held.backend.name) == ("keyring", "the system keyring")
    assert not secrets_file(home).exists()
    assert list(json.loads(ring.FILE.read_text())) == [f"{KEYRING_SERVICE}:{home}"]
    del sys.modules["ring_in_a_file"]


def test_a_place_is_named_in_the_language_that_is_spoken_when_it_is_named(home):
    held = vault(home, "file")
    words.speak("pt_BR")
    try:
        assert held.backend.name.startswith("o arquivo ")
    finally:
        words.speak("en")
