"""Every setting, from the file and from its twin in the environment."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.home import config
from contaazul_sync.home.config import write
from contaazul_sync.home.settings import SETTINGS, Settings, home_directory

HTTPS = "it has to be an address that begins with https://"
NO_SERVER = "no server can be asked by this address"
TEXT = "it has to be text, in quotes"
DAY = ": it has to be a day, written as 2026-11-30."
TODAY = date(2026, 11, 24)
# key: as TOML, the value that it is, another as the environment writes it, its value
GOOD: dict[str, tuple[str, object, str, object]] = {
    "erp.client_id": ('" 7abc "', "7abc", "8def", "8def"),
    "erp.redirect_uri": (
        '"https://loja.example/"',
        "https://loja.example/",
        "https://b.example",
        "https://b.example",
    ),
    "erp.authorize_url": (
        '"https://a.example/#/x"',
        "https://a.example/#/x",
        "http://localhost:1/x",
        "http://localhost:1/x",
    ),
    "erp.token_url": (
        '"https://a.example/t/"',
        "https://a.example/t",
        "http://127.0.0.1/t",
        "http://127.0.0.1/t",
    ),
    "erp.api_url": ('"https://a.example"', "https://a.example", "http://[::1]:80", "http://[::1]:80"),
    "erp.search_grace_seconds": ("60", 60, "90", 90),
    "erp.requests_per_second": ("2.5", Decimal("2.5"), "10", Decimal(10)),
    "shop.kind": ('"webstore"', "webstore", "woocommerce", "woocommerce"),
    "shop.url": ('"https://a.example/"', "https://a.example", "https://b.example", "https://b.example"),
    "shop.catalogue": ('"api"', "api", "files", "files"),
    "shop.orders": ('"api"', "api", "files", "files"),
    "shop.files.folder": ('"exports"', "exports", "/srv/exports", "/srv/exports"),
    "shop.files.mapping": ('"woocommerce"', "woocommerce", "mine.toml", "mine.toml"),
    "shop.files.zone": ('"America/Manaus"', "America/Manaus", "America/Rio_Branco", "America/Rio_Branco"),
    "shop.storefront_url": (
        '"https://a.example/v2"',
        "https://a.example/v2",
        "https://b.example",
        "https://b.example",
    ),
    "shop.paid_statuses": (
        '["processing", "enviado"]',
        "processing,enviado",
        "processing,completed",
        "processing,completed",
    ),
    "shop.unpaid_statuses": ('["aguardando"]', "aguardando", "a, b", "a,b"),
    "shop.document_fields": ('["_meu_cpf"]', "_meu_cpf", "a, b", "a,b"),
    "shop.api_url": (
        '"https://s.example/v2/"',
        "https://s.example/v2",
        "https://t.example",
        "https://t.example",
    ),
    "shop.profile": ('"my.toml"', "my.toml", "other.toml", "other.toml"),
    "shop.id": ('"loja"', "loja", "outra", "outra"),
    "shop.requests_per_second": ("1", Decimal(1), "0.5", Decimal("0.5")),
    "prices.adjustment_percent": ("10.5", Decimal("10.5"), "-5", Decimal(-5)),
    "prices.source": ('"regular"', "regular", "promotional", "promotional"),
    "orders.since": ("2026-11-01", date(2026, 11, 1), "2026-11-02", date(2026, 11, 2)),
    "orders.sale_status": ('"EM_ANDAMENTO"', "EM_ANDAMENTO", "APROVADO", "APROVADO"),
    "orders.paid_differs": ('"book"', "book", "split", "split"),
    "orders.paid_differs_limit": ("10.5", Decimal("10.5"), "5%", Decimal(5)),
    "orders.rounding": ('"absorb"', "absorb", "hold", "hold"),
    "orders.consumer": ('"Consumidor Final"', "Consumidor Final", "Balcão", "Balcão"),
    "orders.update_customers": ('"shop"', "shop", "never", "never"),
    "orders.on_cancel": ('"cancel"', "cancel", "report", "report"),
    "payouts.mapping": ('"gateway.toml"', "gateway.toml", "other.toml", "other.toml"),
    "stock.shop_takes_stock_at": ('"order"', "order", "payment", "payment"),
    "credentials.backend": ('"file"', "file", "keyring", "keyring"),
    "alerts.ping_url": (
        '"https://hc.example/1"',
        "https://hc.example/1",
        "https://hc.example/2",
        "https://hc.example/2",
    ),
    "alerts.notify": (
        '"mailto://a:b@c.example"',
        "mailto://a:b@c.example",
        "json://d.example",
        "json://d.example",
    ),
    "status.html": ('"pagina.html"', "pagina.html", "other.html", "other.html"),
    "language": ('"pt_br"', "pt-BR", "en", "en"),
}
BAD: list[tuple[str, str, str]] = [
    ("erp.client_id", "7", TEXT),
    ("erp.redirect_uri", '"loja.example"', "the redirect address that is registered"),
    ("erp.authorize_url", '"http://login.contaazul.com"', HTTPS),
    ("erp.token_url", '"ftp://localhost/t"', HTTPS),
    ("erp.api_url", '"https://"', HTTPS),
    ("erp.api_url", '"https://[half"', NO_SERVER),
    ("erp.api_url", '"https://loja:abc"', NO_SERVER),
    ("erp.api_url", '"https://loja:99999"', NO_SERVER),
    ("erp.api_url", '"https://999.1.1.1"', NO_SERVER),
    ("erp.api_url", '"https://a..\u00e9"', NO_SERVER),
    ("erp.redirect_uri", '"http://localhost:abc/"', "the redirect address that is registered"),
    ("alerts.ping_url", '"https://hc.example:abc/1"', NO_SERVER),
    ("erp.api_url", "true", TEXT),
    ("erp.search_grace_seconds", "-1", "a whole number of seconds"),
    ("erp.search_grace_seconds", "99999999999999999", "at most 1000000000 seconds"),
    ("erp.requests_per_second", '"1e-17"', "between 0.01 and 10"),
    ("erp.search_grace_seconds", "1.5", "a whole number of seconds"),
    ("erp.search_grace_seconds", '"uma hora"', "is not a number"),
    ("erp.requests_per_second", "0", "between 0.01 and 10"),
    ("erp.requests_per_second", "10.1", "between 0.01 and 10"),
    ("shop.kind", '"shopify"', "one of: webstore, woocommerce"),
    ("shop.url", '"http://loja.example"', HTTPS),
    ("shop.catalogue", '"pages"', "one of: api, storefront, files"),
    ("shop.orders", '"storefront"', "one of: api, files"),
    ("shop.files.folder", "5", TEXT),
    ("shop.files.mapping", "5", TEXT),
    ("shop.files.zone", '"Brasilia"', "a time zone, as America/Sao_Paulo"),
    ("shop.files.zone", '"../zone"', "a time zone"),
    ("shop.storefront_url", '"http://loja.example"', HTTPS),
    ("shop.paid_statuses", '"processing,,completed"', "words with commas"),
    ("shop.paid_statuses", "[1]", TEXT),
    ("shop.unpaid_statuses", "1", TEXT),
    ("shop.document_fields", "1", TEXT),
    ("shop.api_url", '"http://loja.example"', HTTPS),
    ("shop.api_url", '"http://localhost.evil.example"', HTTPS),
    ("shop.profile", "[]", TEXT),
    ("shop.id", "5", TEXT),
    ("shop.requests_per_second", "-1", "between 0.01 and 10"),
    ("prices.adjustment_percent", '"dez"', "is not a number"),
    ("prices.adjustment_percent", "true", "is not a number"),
    ("prices.adjustment_percent", "nan", "it is no number"),
    ("prices.source", '"cheapest"', "one of: promotional, regular"),
    ("orders.since", '"01/11/2026"', DAY),
    ("orders.since", "20261101", DAY),
    ("orders.since", '""', DAY),
    ("orders.since", "2026-11-01T00:00:00", DAY),
    ("orders.since", "2026-11-01 00:00:00-03:00", DAY),
    ("orders.since", "00:00:00", DAY),
    ("orders.sale_status", '"aprovado"', "one of: APROVADO, EM_ANDAMENTO"),
    ("orders.paid_differs", '"never"', "one of: hold, book, split"),
    ("orders.rounding", '"round"', "one of: hold, absorb"),
    ("orders.paid_differs_limit", "-1", "between 0 and 100"),
    ("orders.paid_differs_limit", "100.01", "between 0 and 100"),
    ("orders.paid_differs_limit", '"muito"', "is not a number"),
    ("orders.consumer", "5", TEXT),
    ("orders.update_customers", '"always"', "one of: fill, shop, never"),
    ("orders.on_cancel", '"delete"', "one of: report, cancel"),
    ("payouts.mapping", "5", TEXT),
    ("stock.shop_takes_stock_at", '"never"', "one of: payment, order"),
    ("credentials.backend", '["file"]', "one of: auto, keyring, file"),
    ("alerts.ping_url", '"http://hc.example/1"', "https://"),
    ("alerts.notify", "1", TEXT),
    ("status.html", "1", TEXT),
    ("language", "1", TEXT),
    ("language", '"es"', "pt-BR or en"),
]


@pytest.fixture
def home(tmp_path):
    return tmp_path


def toml(home: Path, key: str, value: str) -> Path:
    section, _, name = key.rpartition(".")
    path = home / "config.toml"
    path.write_text(f"[{section}]\n{name} = {value}\n" if section else f"{name} = {value}\n")
    return path


def twin(key: str) -> str:
    return "CONTAAZUL_SYNC_" + key.upper().replace(".", "__")


def load(home: Path, **environ: str) -> Settings:
    return config.load({"CONTAAZUL_SYNC_HOME": str(home)} | environ)


# Each setting


def test_every_setting_is_tested_here():
    assert GOOD.keys() == SETTINGS.keys()
    assert {key for key, _, _ in BAD} == SETTINGS.keys()


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_is_read_from_the_file_and_its_twin_wins(home, key):
    written, value, told, twins_value = GOOD[key]
    toml(home, key, written)

    assert load(home).values[key] == value
    assert load(home, **{twin(key): told}).values[key] == twins_value


@pytest.mark.parametrize("key", SETTINGS)
def test_a_twin_alone_is_enough(home, key):
    _, _, told, value = GOOD[key]

    assert load(home, **{twin(key): told}).values[key] == value


@pytest.mark.parametrize(("key", "written", "why"), BAD)
def test_a_bad_value_names_the_key_and_the_file(home, key, written, why):
    path = toml(home, key, written)

    with pytest.raises(ConfigError) as caught:
        load(home)

    section, _, name = key.rpartition(".")
    assert caught.value.message.startswith(
        f"[{section}] {name} in {path} is " if section else f"{name} in {path}"
    )
    assert why in caught.value.message
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(("key", "written", "why"), [row for row in BAD if row[1].startswith('"')])
def test_a_bad_twin_names_the_variable(home, key, written, why):
    with pytest.raises(ConfigError) as caught:
        load(home, **{twin(key): written.strip('"')})

    assert f"in the variable {twin(key)} is " in caught.value.message
    assert why in caught.value.message


def test_without_any_file_the_defaults_hold(home):
    settings = load(home)

    assert {key: settings.values[key] for key in SETTINGS} == {key: row[1] for key, row in SETTINGS.items()}
    assert settings.text("erp.token_url") == "https://api-v2.contaazul.com/oauth/token"
    assert settings.text("erp.authorize_url") == "https://login.contaazul.com/#/oauth/authorize"


# The percentage


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        ("0", "0"),
        ("-90", "-90"),
        ("1000", "1000"),
        ("10.55", "10.55"),
        ('"10"', "10"),
        ('"10%"', "10"),
        ('"-2,5 %"', "-2.5"),
        ('"+3"', "3"),
        ('"1.000,0"', "1000"),
    ],
)
def test_a_percentage_may_be_a_number_or_text_and_is_exact(home, written, percent):
    toml(home, "prices.adjustment_percent", written)

    assert load(home).rules(TODAY).percent == Decimal(percent)


@pytest.mark.parametrize("written", ["-90.01", "-100", "1000.01", '"1001%"'])
def test_a_percentage_beyond_reason_is_refused(home, written):
    toml(home, "prices.adjustment_percent", written)

    with pytest.raises(ConfigError, match="between -90 and 1000"):
        load(home)


# The day


def test_a_day_may_be_text(home):
    toml(home, "orders.since", '"2026-11-01"')

    assert load(home).rules(TODAY).since == date(2026, 11, 1)


def test_without_a_day_orders_are_sent_from_the_first_day_on(home):
    assert load(home).rules(TODAY).since == TODAY


def test_a_day_that_is_set_wins_over_the_first_day(home):
    settings = load(home, CONTAAZUL_SYNC_ORDERS__SINCE="2026-12-01")

    assert settings.rules(TODAY).since == date(2026, 12, 1)


# Keys that are none


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[erp]\nclientid = "x"\n', "[erp] clientid"),
        ('[price]\nsource = "regular"\n', "[price] source"),
        ('client_id = "x"\n', "client_id"),
        ("erp = 5\n", "erp"),
        ('[erp.urls]\ntoken = "x"\n', "[erp] urls"),
        ('[erp]\nclient_secret = "x"\n', "[erp] client_secret"),
    ],
)
def test_an_unknown_key_is_told_with_the_file(home, text, key):
    (home / "config.toml").write_text(text)

    with pytest.raises(ConfigError) as caught:
        load(home)

    assert caught.value.message == f"There is no setting {key}, as in {home / 'config.toml'}. Correct it."


def test_an_unknown_twin_is_told(home):
    with pytest.raises(ConfigError) as caught:
        load(home, CONTAAZUL_SYNC_PRICES__ADJUSTMENT="10")

    assert caught.value.message == (
        "The variable CONTAAZUL_SYNC_PRICES__ADJUSTMENT is no setting's twin. Take it out or correct it."
    )


def test_the_variables_of_the_secrets_and_of_other_programs_are_no_settings(home):
    load(home, CONTAAZUL_SYNC_CLIENT_SECRET="s", CONTAAZUL_SYNC_SHOP_TOKEN="t", PATH="/usr/bin")


@pytest.mark.parametrize(
    ("content", "why"), [(b"[erp\n", "is not valid TOML"), (b"# \xe7\n", "cannot be read")]
)
def test_a_file_that_cannot_be_read_is_named(home, content, why):
    path = home / "config.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=re.escape(f"{path} {why}")):
        load(home)


def test_a_directory_in_its_place_is_named(home):
    (home / "config.toml").mkdir()

    with pytest.raises(ConfigError, match="cannot be read"):
        load(home)


# What follows from the settings


def test_a_setting_that_is_needed_names_the_key_and_the_file(home):
    with pytest.raises(ConfigError) as caught:
        load(home).need("erp.client_id")

    assert f"[erp] client_id is missing in {home / 'config.toml'}" in caught.value.message
    assert "contaazul-sync auth" in caught.value.message
    assert load(home, CONTAAZUL_SYNC_ERP__CLIENT_ID="x").need("erp.client_id") == "x"


def test_everything_is_kept_in_one_home(home):
    settings = load(home, CONTAAZUL_SYNC_SHOP__PROFILE="my.toml")

    assert settings.config_file == home / "config.toml"
    assert settings.state_file == home / "state.db"
    assert settings.profile_file == home / "my.toml"
    assert load(home).profile_file is None


def test_a_profile_may_be_somewhere_else(home):
    assert load(home, CONTAAZUL_SYNC_SHOP__PROFILE="/etc/loja.toml").profile_file == Path("/etc/loja.toml")
    in_home = load(home, CONTAAZUL_SYNC_SHOP__PROFILE="~/loja.toml").profile_file
    assert in_home == Path("~/loja.toml").expanduser()


def test_the_home_is_the_one_given_or_that_of_the_system():
    assert home_directory({"CONTAAZUL_SYNC_HOME": "~/x"}) == Path("~/x").expanduser()
    assert home_directory({"CONTAAZUL_SYNC_HOME": "here"}) == Path("here").absolute()
    assert home_directory({}).name == "contaazul-sync"


@pytest.mark.parametrize(
    ("environ", "shop_id"),
    [
        ({}, "shop"),
        ({"CONTAAZUL_SYNC_SHOP__API_URL": "https://api.loja.example/v2"}, "api.loja.example"),
        ({"CONTAAZUL_SYNC_SHOP__ID": "loja azul [1]"}, "loja-azul--1-"),
    ],
)
def test_the_shop_has_a_name_that_fits_into_the_mark_of_a_sale(home, environ: Any, shop_id):
    assert load(home, **environ).rules(TODAY).shop_id == shop_id


def test_what_decides_something_is_handed_on_as_plain_values(home):
    rules = load(
        home,
        CONTAAZUL_SYNC_PRICES__SOURCE="regular",
        CONTAAZUL_SYNC_ORDERS__SALE_STATUS="EM_ANDAMENTO",
        CONTAAZUL_SYNC_STOCK__SHOP_TAKES_STOCK_AT="order",
    ).rules(TODAY)

    assert (rules.price_source, rules.sale_status, rules.stock_taken_at) == (
        "regular",
        "EM_ANDAMENTO",
        "order",
    )
    assert rules.percent == 0
    assert rules.since == TODAY
    assert rules.payments == {}


# Writing


def test_writing_keeps_comments_and_what_it_does_not_know(home):
    path = home / "config.toml"
    path.write_text(
        '# Our shop\n[erp]\nclient_id = "old" # from the portal\n\n[orders]\nsince = 2026-11-01\n'
    )

    write(path, {"erp.client_id": "new", "erp.redirect_uri": "https://loja.example", "shop.id": "loja"})

    assert path.read_text() == (
        '# Our shop\n[erp]\nclient_id = "new" # from the portal\nredirect_uri = "https://loja.example"\n\n'
        '[orders]\nsince = 2026-11-01\n\n[shop]\nid = "loja"\n'
    )


def test_a_first_file_is_for_its_owner_alone_and_can_be_read_back(home):
    path = home / "config.toml"

    write(path, {"erp.client_id": 'a"b\\c', "shop.api_url": "https://s.example"})

    assert path.stat().st_mode & 0o777 == 0o600
    assert load(home).text("erp.client_id") == 'a"b\\c'
    assert load(home).text("shop.api_url") == "https://s.example"


def test_a_write_that_was_cut_short_does_not_stand_in_the_way_of_the_next(home):
    (home / "config.toml.new").write_text("half")

    write(home / "config.toml", {"erp.client_id": "x"})

    assert load(home).text("erp.client_id") == "x"
    assert not (home / "config.toml.new").exists()


def test_a_key_without_a_section_is_written_where_it_is_read(home):
    write(home / "config.toml", {"language": "pt-BR"})

    assert load(home).text("language") == "pt-BR"


def test_a_setting_of_a_section_within_a_section_is_written_where_it_is_read(home):
    (home / "config.toml").write_text('# mine\n[shop]\nid = "loja"\n\n[orders]\nconsumer = "x"\n')
    write(home / "config.toml", {"shop.files.folder": "exports", "shop.orders": "files"})

    settings = load(home)

    assert (settings.text("shop.files.folder"), settings.text("shop.orders")) == ("exports", "files")
    assert (settings.text("shop.id"), settings.text("orders.consumer")) == ("loja", "x")
    assert "# mine" in (home / "config.toml").read_text()


@pytest.mark.parametrize(
    ("sources", "needs"),
    [
        ({"orders": "files", "catalogue": "storefront", "url": "https://a.example"}, False),
        ({"orders": "files", "url": "https://a.example"}, False),
        ({"orders": "files", "catalogue": "files"}, False),
        ({"catalogue": "files", "api_url": "https://a.example"}, True),
        ({"orders": "files", "api_url": "https://a.example"}, True),
        ({"orders": "files", "kind": "woocommerce", "url": "https://a.example"}, True),
    ],
)
def test_a_shop_that_is_read_from_files_needs_no_token_for_what_comes_from_them(home, sources, needs):
    lines = "".join(f'{key} = "{value}"\n' for key, value in sources.items())
    (home / "config.toml").write_text(f'[shop]\nid = "loja"\n{lines}')
    settings = load(home)

    settings.need_shop()
    assert settings.needs_token is needs


def test_a_shop_of_files_alone_has_to_have_a_name(home):
    (home / "config.toml").write_text('[shop]\norders = "files"\ncatalogue = "files"\n')

    with pytest.raises(ConfigError, match=r"\[shop\] id is missing"):
        load(home).need_shop()
