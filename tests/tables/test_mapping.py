"""A mapping is read, checked and written; what it says is found wherever the columns stand."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contaazul_sync.core.orders import Payment
from contaazul_sync.tables import toml
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.fields import SECTIONS, known_by
from contaazul_sync.tables.mapping import Column, Mapping
from contaazul_sync.tables.reading import Line
from contaazul_sync.tables.shape import Shape
from contaazul_sync.tables.values import Exact

TEXT = """
name = "Papelaria Exemplo"

[file]
separator = ";"
header_row = 3
dates = "dd/mm/aa"
zone = "America/Manaus"

[orders]
id = "Pedido"
status = "Situação"
created = "Data"
updated = {column = "Alterado em", format = "dd/mm/aaaa"}
total = {column = "Total", decimal = "."}
shipping = {column = ["Frete", "Seguro"], join = "+"}
buyer_name = {column = ["Nome", "Sobrenome"], join = " "}
buyer_document = ["CNPJ", "CPF"]
buyer_phone = {column = "Celular", optional = true}
buyer_postcode = "CEP"

[items]
sku = "SKU"
quantity = "Qtd"
price = "Preço"

[statuses]
"Pagamento aprovado" = "paid"
"Aguardando" = "unpaid"
"""
HEADS = (
    *(
        "Pedido",
        "Situação",
        "Data",
        "Alterado em",
        "Total",
        "Frete",
        "Seguro",
        "Nome",
        "Sobrenome",
        "CNPJ",
        "CPF",
    ),
    *("CEP", "SKU", "Qtd", "Preço"),
)
MAPPING = toml.read("papelaria.toml", TEXT)


def cells(heads=HEADS, section="orders", **told):
    """The values of a row in which these columns are filled in."""
    named = {head.replace(" ", "_"): head for head in heads}
    row = dict.fromkeys(heads, "") | {named[name]: value for name, value in told.items()}
    return Cells(MAPPING.bound(section, heads), Line(7, row))


def why(text):
    with pytest.raises(toml.MappingError) as raised:
        toml.read("papelaria.toml", text)
    return raised.value.message


def test_what_a_mapping_says_is_read():
    assert MAPPING.name == "Papelaria Exemplo"
    assert MAPPING.sections["orders"]["buyer_document"] == Column(("CNPJ", "CPF"))
    assert MAPPING.sections["orders"]["shipping"] == Column(("Frete", "Seguro"), join="+")
    assert MAPPING.payment("PAGAMENTO  APROVADO") is Payment.PAID
    assert MAPPING.payment("Em análise") is Payment.UNKNOWN
    assert not MAPPING.items_apart


@pytest.mark.parametrize("mapping", [MAPPING, *map(toml.shipped, toml.SHIPPED)], ids=lambda each: each.name)
def test_a_mapping_that_is_written_is_read_as_the_same(mapping):
    assert replace(toml.read("x", toml.written(mapping)), name=mapping.name) == mapping


def test_what_a_person_says_of_a_file_counts_more_than_what_was_found_out():
    assert MAPPING.file.shape(Shape("cp1252", ",", 1)) == Shape("cp1252", ";", 3)
    assert MAPPING.file.shape(Shape(sheet="Pedidos")) == Shape(sheet="Pedidos", header_row=3)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name =", "nome =", "nome: no such key is known; is name meant?"),
        ("[statuses]", "[status]", "status: no such key is known; is statuses meant?"),
        ("separator", "seperator", "[file] seperator: no such key is known; is separator meant?"),
        ("total =", "totel =", "[orders] totel: no such key is known; is total meant?"),
        ("decimal =", "decimals =", "[orders.total] decimals: no such key is known"),
        ("sku =", "xyzzy =", "[items] xyzzy: no such key is known."),
        ('id = "Pedido"', "", "[orders] id: it is missing"),
        ('id = "Pedido"', "id = 3", "[orders] id: it has to be the name of a column"),
        ('id = "Pedido"', 'id = ""', "[orders] id: it has to be the name of a column"),
        ('id = "Pedido"', "id = []", "[orders] id: it has to be the name of a column"),
        (
            'id = "Pedido"',
            'id = {column = "Pedido", decimal = "."}',
            "[orders] id: decimal cannot stand there",
        ),
        ('decimal = "."', 'decimal = ";"', "[orders] total: decimal cannot stand there"),
        ('decimal = "."', 'format = "dd/mm/aaaa"', "[orders] total: format cannot stand there"),
        ('decimal = "."', 'join = " "', "[orders] total: join cannot stand there"),
        ('decimal = "."', "join = 1", "[orders] total: join cannot stand there"),
        ('join = " "', 'join = "+"', "[orders] buyer_name: join cannot stand there"),
        ('format = "dd/mm/aaaa"', 'format = "%d"', "[orders] updated: format cannot stand there"),
        ('format = "dd/mm/aaaa"', 'join = " "', "[orders] updated: join cannot stand there"),
        ("optional = true", 'optional = "yes"', "[orders] buyer_phone: optional cannot stand there"),
        ('separator = ";"', 'separator = "--"', "[file] separator: it cannot be '--'"),
        ("header_row = 3", "header_row = 0", "[file] header_row: it cannot be 0"),
        ("header_row = 3", 'encoding = "rot13"', "[file] encoding: it cannot be 'rot13'"),
        ("America/Manaus", "America", "[file] zone: it is not a time zone"),
        ('"paid"', '"pago"', "[statuses] Pagamento aprovado: it has to be one of: paid, unpaid"),
        ('"Aguardando"', '"pagamento APROVADO"', "twice, and means two things"),
        ('price = "Preço"', "", "[items] price: it is missing: an item needs its price, or its total"),
        ("[orders]", "[orders", "is not valid TOML"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(old, new, told):
    assert old in TEXT
    assert told in why(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it names no column"),
        ("orders = 1\nitems = 2", "[orders]: it has to be a section"),
    ],
)
def test_a_mapping_of_nothing_is_none(text, told):
    assert told in why(text)


def test_a_mapping_that_cannot_be_read_is_told(tmp_path):
    path = tmp_path / "papelaria.toml"
    with pytest.raises(toml.MappingError, match="cannot be read: there is no such file"):
        toml.load(path)
    path.write_bytes(TEXT.encode("cp1252"))
    with pytest.raises(toml.MappingError, match="letters that are not UTF-8"):
        toml.load(path)
    path.write_text(TEXT, encoding="utf-8-sig")
    assert toml.load(path) == MAPPING


def test_the_columns_may_move_and_be_spelt_otherwise():
    heads = tuple(reversed([head.upper().replace("Ç", "C") for head in HEADS]))

    assert MAPPING.sections_of(heads) == ("orders", "items")
    assert MAPPING.bound("orders", heads).columns["status"].names == ("SITUAÇÃO".replace("Ç", "C"),)


def test_a_missing_column_is_named():
    heads = tuple(head for head in HEADS if head not in ("Total", "Seguro"))

    assert MAPPING.sections_of(heads) == ("orders", "items")
    with pytest.raises(BadFile, match="columns Total, Seguro, which the mapping Papelaria Exemplo names"):
        MAPPING.bound("orders", heads)


def test_of_columns_of_which_the_first_filled_in_counts_one_has_to_be_there():
    assert cells([head for head in HEADS if head != "CNPJ"]).document("buyer_document") == ""
    with pytest.raises(BadFile, match="column CNPJ or CPF"):
        MAPPING.bound("orders", [head for head in HEADS if head not in ("CNPJ", "CPF")])


def test_a_file_that_the_mapping_does_not_know_is_none_of_its_own():
    assert MAPPING.sections_of(("Código", "Descrição", "Estoque")) == ()


def test_a_head_that_two_columns_share_but_for_its_case_is_not_guessed():
    heads = ("PEDIDO", "pedido", *HEADS[1:])
    with pytest.raises(BadFile, match="column Pedido"):
        MAPPING.bound("orders", heads)


def test_items_of_a_second_file_are_told_by_the_column_that_joins_them():
    apart = toml.read("x", TEXT.replace("[items]", '[items]\norder = "Nº do pedido"'))

    assert apart.items_apart
    assert apart.sections_of(HEADS[:12]) == ("orders",)
    assert apart.sections_of(("Nº do pedido", "SKU", "Qtd", "Preço")) == ("items",)


def test_each_kind_of_value_is_read_as_the_mapping_says():
    row = cells(
        Pedido='="0012"',
        Data="25/11/26 10:00",
        Alterado_em="26/11/2026 11:00",
        Total="1234.50",
        Frete="10,00",
        Seguro="1,50",
        Nome="Zulmira",
        Sobrenome="Exemplo",
        CPF="1234567890",
        CEP="1310100",
    )

    assert row.word("id") == "0012"
    assert row.moment("created") == datetime(2026, 11, 25, 14, tzinfo=UTC)
    assert row.moment("updated") == datetime(2026, 11, 26, 15, tzinfo=UTC)
    assert row.amount("total") == 123450
    assert row.amount("shipping") == 1150
    assert row.word("buyer_name") == "Zulmira Exemplo"
    assert row.document("buyer_document") == "01234567890"
    assert row.postcode("buyer_postcode") == "01310100"
    assert cells(section="items", Qtd="1,5").quantity("quantity") == Decimal("1.5")
    assert cells(section="items", Qtd=Exact("1.5")).quantity("quantity") == Decimal("1.5")


def test_what_is_empty_or_in_no_column_is_not_told():
    row = cells(Data="00/00/0000", Alterado_em="0000-00-00 00:00:00")

    assert row.word("buyer_name") == row.word("buyer_phone") == row.word("number") == ""
    assert row.moment("created") is row.moment("updated") is row.moment("paid") is None
    assert row.amount("total") is row.amount("shipping") is row.amount("discount") is None
    assert row.document("buyer_document") == row.postcode("buyer_postcode") == ""
    assert cells(Seguro="1,50").amount("shipping") == 150


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("Total", "Zulmira Exemplo", lambda row: row.amount("total")),
        ("Total", "79,90", lambda row: row.amount("total")),
        ("Data", "25/11/2026", lambda row: row.moment("created")),
        ("CPF", "1,23E+10", lambda row: row.document("buyer_document")),
        ("Pedido", "7,89E+12", lambda row: row.word("id")),
        ("CEP", "#N/D", lambda row: row.postcode("buyer_postcode")),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column_and_row_and_never_its_value(column, value, read):
    with pytest.raises(ValueError, match=rf"\(column {column}, row 7\)") as raised:
        read(cells(**{column: value}))
    assert value not in str(raised.value).replace("as in 7,89E+12", "")


def test_heads_are_compared_without_case_accents_and_signs():
    assert known_by("Nº do Pedido") == known_by("NO_DO_PEDIDO ") == "no do pedido"


def test_the_plain_mapping_reads_the_plain_spreadsheet():
    plain = toml.shipped("plain")
    heads = ("Pedido", "Status", "Data", "Frete", "Desconto", "Total", "Cliente", "CPF/CNPJ")
    items = ("SKU", "Produto", "Quantidade", "Preço unitário")

    assert plain.sections_of((*heads, *items)) == ("orders", "items")
    assert plain.bound("orders", heads).columns.keys() >= {"id", "status", "created", "total"}
    assert plain.sections_of(("Código", "SKU", "Nome", "Preço", "Estoque")) == ("products",)
    assert plain.payment("pago") is Payment.PAID


@pytest.mark.parametrize(
    "heads",
    [
        (
            "ID",
            "Type",
            "SKU",
            "GTIN, UPC, EAN, or ISBN",
            "Name",
            "Published",
            "Stock",
            "Sale price",
            "Regular price",
        ),
        ("ID", "Tipo", "SKU", "Nome", "Publicado", "Estoque", "Preço promocional", "Preço", "Ascendente"),
    ],
)
def test_the_mapping_of_woocommerce_reads_its_products_in_both_languages(heads):
    woo = toml.shipped("woocommerce")

    assert woo.sections_of(heads) == ("products",)
    assert {"id", "sku", "name", "price", "promotional", "stock"} <= woo.bound(
        "products", heads
    ).columns.keys()


def test_every_field_of_a_shipped_mapping_is_known():
    for name in toml.SHIPPED:
        for section, columns in toml.shipped(name).sections.items():
            assert columns.keys() <= SECTIONS[section].keys()


def test_a_mapping_of_products_alone_needs_no_statuses():
    text = '[products]\nid = "Código"\nsku = "SKU"\nname = "Nome"\nprice = "Preço"'

    assert toml.read("x", text) == Mapping("x", sections=toml.read("y", text).sections)


def test_a_mapping_may_be_kept_before_the_second_file_was_looked_at():
    orders = toml.read("x", TEXT.partition("[items]")[0])

    assert orders.sections_of(HEADS[:12]) == ("orders",)
    assert orders.payment("Pagamento aprovado") is Payment.UNKNOWN
