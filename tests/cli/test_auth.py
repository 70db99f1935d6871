"""`auth`: once, and it proves itself."""

import re
import stat
from urllib.parse import parse_qs, urlsplit

import pytest

from contaazul_sync.home.credentials import Vault
from tests.worlds.terminal import on_terminal

pytestmark = pytest.mark.slow


def test_auth_prints_the_address_alone_and_then_the_company(terminal):
    done = terminal.sign_in()

    assert done.returncode == 0
    (address,) = done.stdout.split()
    assert address.startswith(terminal.sandbox.authorize_url)
    assert "Signed in to Loja Azul (CNPJ 11.444.777/0001-61)." in done.stderr
    assert "The shop answers" in done.stderr
    account = terminal.status()["account"]
    assert account == {"signed_in": True, "company": "Loja Azul", "document": "11444777000161"}


def test_the_bare_code_will_do(terminal):
    def code(address):
        return parse_qs(urlsplit(terminal.sandbox.approve(address)).query)["code"][0]

    assert terminal.sign_in(answer=code).returncode == 0


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("https://loja.example/callback?code=abc&state=other", "its state differs"),
        ("https://loja.example/callback?error=access_denied", "access_denied"),
        ("https://loja.example/callback", "no code"),
        ("", "Nothing was pasted"),
        ("not-a-code", "refused the sign-in"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_to_do(terminal, pasted, told):
    done = terminal.sign_in(answer=lambda _: pasted)

    assert done.returncode == 4
    assert told in done.stderr
    assert "contaazul-sync auth" in done.stderr
    assert terminal.status()["account"]["signed_in"] is False


def test_auth_asks_for_what_is_missing_and_writes_it(terminal):
    box = terminal.sandbox
    (terminal.home / "config.toml").write_text(
        f'# mine\n[erp]\nauthorize_url = "{box.authorize_url}"\ntoken_url = "{box.token_url}"\n'
        f'api_url = "{box.erp_url}"\n[credentials]\nbackend = "file"\n'
    )
    with terminal.start(
        "auth", "--no-browser", CONTAAZUL_SYNC_CLIENT_SECRET="", CONTAAZUL_SYNC_SHOP_TOKEN="",
        CONTAAZUL_SYNC_SHOP__API_URL=box.shop_url,
        CONTAAZUL_SYNC_ERP__REDIRECT_URI=box.redirect_uri,
    ) as process:  # fmt: skip
        process.stdin.write(f"{box.client_id}\n{box.client_secret}\n{box.shop_token}\n")
        process.stdin.flush()
        address = process.stdout.readline().strip()
        _, err = process.communicate(box.approve(address) + "\n", timeout=30)

    assert process.returncode == 0, err
    written = (terminal.home / "config.toml").read_text()
    assert written.startswith("# mine\n")
    assert f'client_id = "{box.client_id}"' in written
    assert "since = " in written
    assert 'paid_differs = "split"' in written
    assert 'rounding = "absorb"' in written
    assert box.client_secret not in written
    assert terminal.status()["account"]["signed_in"] is True


def test_a_missing_answer_names_the_setting_and_the_file(terminal):
    (terminal.home / "config.toml").write_text('[credentials]\nbackend = "file"\n')

    done = terminal.run("auth", "--no-browser")

    assert done.returncode == 3
    assert "[erp] client_id" in done.stderr
    assert "config.toml" in done.stderr


def at_a_terminal(terminal, *words, typed):
    """`auth` where the program asks on a terminal, and the environment has no secrets."""
    bare = {"CONTAAZUL_SYNC_CLIENT_SECRET": "", "CONTAAZUL_SYNC_SHOP_TOKEN": "", "SSH_CONNECTION": "a b c d"}
    terminal.environ = terminal.environ | {"LANG": "C"}
    return on_terminal(terminal, "auth", *words, typed=typed, **bare)


def new_home(terminal):
    box = terminal.sandbox
    terminal.home.mkdir(mode=0o700, exist_ok=True)
    (terminal.home / "config.toml").write_text(
        f'[erp]\nauthorize_url = "{box.authorize_url}"\ntoken_url = "{box.token_url}"\n'
        f'api_url = "{box.erp_url}"\nredirect_uri = "{box.redirect_uri}"\n[credentials]\nbackend = "file"\n'
    )


def test_a_wrong_answer_is_asked_for_again_on_the_spot_and_what_people_write_is_understood(terminal):
    new_home(terminal)
    box = terminal.sandbox
    settled = ["english", "Magento", "WebStore", box.client_id, box.shop_url, "Loja Azul", "loja-azul"]
    days = ["31/02/2026", "25/11/2026", "", ""]
    told, code = at_a_terminal(
        terminal, typed=[*settled, *days, box.client_secret, "wrong", box.shop_token, "\x04"]
    )
    written = (terminal.home / "config.toml").read_text()

    assert "(1/9)" in told
    assert "(9/9)" in told
    assert "[shop] kind cannot be 'magento'" in told
    assert "Example: minha-loja" in told
    assert told.count("Token of the shop's API") == 2  # the first one was refused
    assert 'kind = "webstore"' in written
    assert 'since = "2026-11-25"' in written
    assert "may look like an error" in told  # over SSH nobody sees a browser: the address is to be pasted
    assert box.client_secret not in told + written
    assert code == 4  # nobody pasted anything


def test_a_code_that_is_too_old_is_asked_for_again_and_the_next_one_counts(terminal):
    box = terminal.sandbox

    def landed(screen):
        return box.approve(re.findall(r"http\S+/oauth/authorize\S+", screen)[-1])

    ours = ["en", "webstore", "", "", box.client_secret, box.shop_token]
    told, code = at_a_terminal(terminal, typed=[*ours, "not-a-code", "https://loja.example/x", landed])

    assert code == 0, told
    assert told.count("Or once more, here:") == 2
    assert "contaazul-sync: Next: contaazul-sync send-products" in told


def test_one_secret_is_changed_without_a_new_sign_in_and_enter_keeps_the_other(signed_in):
    box = signed_in.sandbox
    Vault(signed_in.home, "file", {}).update(client_secret=box.client_secret, shop_token="old")
    before = [call.path for call in box.erp.requests if "oauth" in call.path]
    offered = ["", "", "", ""]  # the language, and three that a new home is asked
    told, code = at_a_terminal(signed_in, "--secrets", typed=[*offered, "", box.shop_token])

    assert code == 0
    assert "The sign-in at the ERP stays as it is." in told
    assert [call.path for call in box.erp.requests if "oauth" in call.path] == before


def test_the_secrets_are_for_their_owner_alone(signed_in):
    secrets = signed_in.home / "secrets.json"

    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert stat.S_IMODE(signed_in.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((signed_in.home / "state.db").stat().st_mode) == 0o600


def test_what_the_environment_gave_is_not_kept(signed_in):
    kept = signed_in.everything_written()

    assert signed_in.sandbox.client_secret not in kept
    assert signed_in.sandbox.shop_token not in kept


def test_removing_the_integration_revokes_deletes_and_keeps_the_state(signed_in):
    done = signed_in.run("auth", "--remove", "--yes")

    assert done.returncode == 0
    assert "The ERP ended the connection." in done.stderr
    assert str(signed_in.home / "state.db") in done.stderr
    assert not (signed_in.home / "secrets.json").exists()
    assert (signed_in.home / "state.db").exists()
    (revoked,) = [r for r in signed_in.sandbox.erp.requests if r.method == "DELETE"]
    assert revoked.status == 204
    assert signed_in.run("sync").returncode == 4


@pytest.mark.parametrize("answer", [404, 502])
def test_removing_works_where_the_erp_does_not_answer_it(signed_in, answer):
    signed_in.sandbox.erp.switches.revoke = answer

    done = signed_in.run("auth", "--remove", "--yes")

    assert done.returncode == 0
    assert "remove the app in the ERP's own settings too" in done.stderr
    assert not (signed_in.home / "secrets.json").exists()


def test_another_company_is_refused_and_the_former_sign_in_stays(signed_in):
    secrets = signed_in.home / "secrets.json"
    before = secrets.read_bytes()
    signed_in.sandbox.erp.company["id_empresa"] = "424242"

    done = signed_in.sign_in()

    assert done.returncode == 3
    assert "another company" in done.stderr
    assert secrets.read_bytes() == before
    assert signed_in.status()["account"]["signed_in"] is True


def test_auth_without_a_desktop_falls_back_to_the_file(terminal):
    terminal.configure(credentials__backend="auto")

    done = terminal.sign_in()

    assert done.returncode == 0, done.stderr
    assert (terminal.home / "secrets.json").exists()
    assert "secrets.json" in done.stderr


def test_a_keyring_that_is_asked_for_and_does_not_work_says_what_to_set(terminal):
    terminal.configure(credentials__backend="keyring")

    done = terminal.run("auth", "--no-browser")

    assert done.returncode == 3
    assert 'backend = "file"' in done.stderr
