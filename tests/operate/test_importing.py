"""What `import --check` finds out of the files of each dialect of the sandbox, and shows."""

import pytest

from contaazul_sync.core.rules import Rules
from contaazul_sync.home.settings import SETTINGS, Settings
from contaazul_sync.operate import importing
from contaazul_sync.sandbox.sheets.export import DIALECTS, save
from contaazul_sync.sandbox.shop.catalogue import fill
from contaazul_sync.sandbox.shop.state import Shop
from contaazul_sync.shops.files.sheet import opened
from contaazul_sync.tables import toml
from tests.worlds.shops import PANEL


@pytest.fixture
def shop(clock):
    filled = Shop(clock)
    fill(filled)
    return filled


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path, {name: default for name, (_, default) in SETTINGS.items()})


@pytest.fixture
def check(shop, settings, clock):
    """Check files of a dialect together: the mapping, the questions and the samples."""

    def ask(dialect, *names):
        saved = save(shop, DIALECTS[dialect], settings.home / "saved")
        files = [saved[name] for name in names]
        looked = [importing.look_at(settings, file) for file in files]
        found = importing.together(looked)
        sheets = [opened(file, file.name, clock(), found) for file in files]
        unsure = [question for each in looked for question in each.unsure]
        return found, unsure, dict(importing.samples(sheets, Rules(), clock()))

    return ask


def test_the_mapping_of_a_panel_that_nobody_described_is_found_out_whole(check):
    found, unsure, _samples = check("painel", "pedidos", "itens", "produtos")

    assert [(question.section, question.field) for question in unsure] == [("items", "")]
    told = toml.load(PANEL)
    for section in ("orders", "items"):
        assert {name: each.names for name, each in found.sections[section].items()} == {
            name: each.names for name, each in told.sections[section].items()
        }
    for name in ("id", "parent", "sku", "name", "price", "promotional", "stock", "ean", "ncm"):
        assert found.sections["products"][name].names == told.sections["products"][name].names
    assert found.statuses == {**found.statuses, **told.statuses}


@pytest.mark.parametrize(
    ("dialect", "names"),
    [
        ("painel", ("pedidos", "itens")),
        ("painel", ("itens", "pedidos")),
        ("woocommerce", ("orders",)),
        ("plain", ("pedidos",)),
    ],
)
def test_the_first_three_orders_are_shown_as_they_would_be_sold(check, shop, dialect, names):
    _found, _unsure, samples = check(dialect, *names)

    assert list(samples) == [f"Order {order['order_id']}" for order in shop.orders[:3]]
    first, _second, cancelled = samples.values()
    assert first["sale, total"] == "R$ 164,10"
    assert first["sale, freight"] == "R$ 18,50"
    assert (first["sale, item 1"], first["sale, item 2"]) == (
        "2 x CAFE-SERRA-250 at R$ 32,90",
        "2 x CANECA-IPE at R$ 39,90",
    )
    assert cancelled["sale"] == "none: it is not paid"


def test_orders_whose_items_are_in_another_file_are_shown_with_that_alone(check):
    _found, _unsure, samples = check("painel", "pedidos")

    told = [fields.get("problem", fields.get("sale", "")) for fields in samples.values()]
    assert ["its items are in no file yet" in each for each in told].count(True) == 2
    assert "none: it is not paid" in told  # what was cancelled needs none


def test_products_are_shown_beside_orders_and_change_nothing_of_their_mapping(check):
    alone, _unsure, _samples = check("painel", "pedidos", "itens")
    found, _unsure, samples = check("painel", "pedidos", "itens", "produtos")

    assert found.sections["orders"] == alone.sections["orders"]
    assert sum(title.startswith("Product ") for title in samples) == 3


def test_a_mapping_that_is_kept_reads_the_files_of_which_it_was_made(check, settings, clock):
    found, _unsure, _samples = check("painel", "pedidos", "itens")

    importing.keep_mapping(settings, found)

    again = importing.look_at(settings, settings.home / "saved" / "itens.csv")
    assert again.is_known
    assert again.mapping.sections == found.sections
    assert again.own.sections == {"items": found.sections["items"]}
