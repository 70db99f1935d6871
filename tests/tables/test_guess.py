"""What is found out of a file that nobody has described, and what is asked."""

import csv
import io

import pytest

from contaazul_sync.core.orders import Payment
from contaazul_sync.tables import toml, usual
from contaazul_sync.tables.bad import BadFile
from contaazul_sync.tables.cells import Cells
from contaazul_sync.tables.fields import SECTIONS, known_by
from contaazul_sync.tables.guess import propose, with_answer
from contaazul_sync.tables.mapping import Column
from contaazul_sync.tables.reading import heads, lines
from contaazul_sync.tables.shape import look

HEADS = (
    *(
        "Nº do Pedido",
        "Situação",
        "Data da Compra",
        "Cliente",
        "CPF/CNPJ",
        "E-mail",
        "CEP",
        "Frete (R$)",
        "Desconto",
    ),
    *("Total", "Referência", "Produto", "Qtd", "Valor Unitário"),
)
ORDERS = f"""\
{";".join(HEADS)}
1001;Pago;25/11/2026 10:00;Zulmira;529.982.247-25;z@example.com;01310-100;10,00;0;1.244,56;A;Caneca;1;1.234,56
1002;Cancelado;25/11/2026 11:00;Anápio;1234567890;a@example.com;1310100;10,00;5,00;105,00;B;Copo;2;40,00
1002;Cancelado;25/11/2026 11:00;Anápio;1234567890;a@example.com;1310100;10,00;5,00;105,00;C;Prato;1;20,00
1003;Em fila;26/11/2026 12:00;Eudóxia;;e@example.com;01310-100;0,00;0,00;20,00;C;Prato;1;20,00
"""


@pytest.fixture
def file(tmp_path):
    def make(text, name="pedidos.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def columns(proposal, section="orders"):
    return {name: column.names for name, column in proposal.mapping.sections[section].items()}


def asked(proposal):
    return {(each.section, each.field): each.choices for each in proposal.unsure}


def table(*rows):
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue()


def test_the_columns_of_a_portuguese_panel_are_found(file):
    found = propose(file(ORDERS))

    assert columns(found) == {
        "id": ("Nº do Pedido",),
        "status": ("Situação",),
        "created": ("Data da Compra",),
        "buyer_name": ("Cliente",),
        "buyer_document": ("CPF/CNPJ",),
        "buyer_email": ("E-mail",),
        "buyer_postcode": ("CEP",),
        "shipping": ("Frete (R$)",),
        "discount": ("Desconto",),
        "total": ("Total",),
    }
    assert columns(found, "items") == {
        "sku": ("Referência",),
        "name": ("Produto",),
        "quantity": ("Qtd",),
        "price": ("Valor Unitário",),
    }
    assert found.mapping.file.decimal == ","


def test_shortened_words_are_known(file):
    heads = ("Nro. Ped.", "Sit.", "DT_EMISSAO", "Vlr. Total", "VL_FRETE", "Vlr. Desc.", "Nome/Razão Social")
    items = ("Cód. Prod.", "Descrição", "Qtde.", "Vlr. Unit.")
    told = (
        "7",
        "Pedido Pago",
        "25/11/2026",
        "91,80",
        "12,00",
        "0,00",
        "Zulmira",
        "A",
        "Caneca",
        "2",
        "39,90",
    )
    found = propose(file(table((*heads, *items), told)))

    assert asked(found) == {}
    names = ("id", "status", "created", "total", "shipping", "discount", "buyer_name")
    assert [columns(found)[name] for name in names] == [(head,) for head in heads]
    assert list(columns(found, "items").values()) == [(head,) for head in items]
    assert found.mapping.payment("Pedido Pago") is Payment.PAID


def test_a_status_that_nobody_can_know_is_asked_about_and_the_others_are_not(file):
    found = propose(file(ORDERS))

    assert found.mapping.statuses == {"pago": Payment.PAID, "cancelado": Payment.CANCELLED}
    assert asked(found) == {("statuses", "Em fila"): ("paid", "unpaid", "cancelled", "refunded")}


def test_what_is_proposed_and_answered_can_be_kept_and_reads_the_file(file):
    path = file(ORDERS)
    found = propose(path)
    mapping = with_answer(found.mapping, found.unsure[0], "unpaid")

    kept = toml.read("x", toml.written(mapping))
    bound = kept.bound("orders", heads(path, look(path)))
    rows = [Cells(bound, line) for line in lines(path, look(path))]
    assert [row.amount("total") for row in rows] == [124456, 10500, 10500, 2000]
    assert [row.document("buyer_document") for row in rows] == ["529.982.247-25", *["01234567890"] * 2, ""]
    assert kept.payment("EM FILA") is Payment.UNPAID


def test_english_columns_and_points_are_found(file):
    found = propose(
        file(
            "Order ID,Order Status,Order Date,Customer,Shipping,Discount,Order Total,SKU,Product,Quantity,"
            "Unit Price\n"
            "9,Paid,2026-11-25 10:00:00,Zulmira Exemplo,10.00,0.00,89.90,CAN-1,Caneca,1,79.90\n"
        )
    )

    assert columns(found)["total"] == ("Order Total",)
    assert columns(found, "items")["price"] == ("Unit Price",)
    assert found.mapping.file.decimal == "."
    assert found.unsure == []


def test_the_file_of_woocommerces_exporter_is_known(file):
    text = (
        "order_id,order_number,date,status,shipping_total,shipping_tax_total,fee_total,fee_tax_total,tax_total,"
        "discount_total,order_total,refunded_total,order_currency,payment_method,billing_first_name,"
        "billing_last_name,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,"
        "item_subtotal_tax,item_total,item_total_tax\n"
        "501,501,2026-11-25 10:00:00,wc-processing,10.00,0.00,0.00,0.00,0.00,0.00,89.90,0.00,BRL,pix,Zulmira,"
        "Exemplo,7,88,Caneca,CAN-1,1,79.90,0.00,79.90,0.00\n"
    )
    path = file(text)
    found = propose(path)

    assert found.mapping == toml.shipped("woocommerce")
    assert found.unsure == []
    [line] = lines(path, look(path))
    row = Cells(found.mapping.bound("orders", tuple(line.cells)), line)
    assert (row.word("buyer_name"), row.amount("shipping")) == ("Zulmira Exemplo", 1000)
    assert found.mapping.payment(row.word("status")) is Payment.PAID


def test_products_with_woocommerces_heads_and_decimal_commas_are_another_panels(file):
    found = propose(file("ID;SKU;Nome;Preço;Estoque\n1;CAN-1;Caneca;79,90;3\n"))

    assert found.mapping.name != "woocommerce"
    assert columns(found, "products") == {
        "id": ("ID",),
        "sku": ("SKU",),
        "name": ("Nome",),
        "price": ("Preço",),
        "stock": ("Estoque",),
    }
    assert found.mapping.file.decimal == ","


def test_the_plain_spreadsheet_is_known(file):
    heads = ["Pedido", "Status", "Data", "Frete", "Desconto", "Total", "Cliente", "CPF/CNPJ"]
    heads += ["SKU", "Produto", "Quantidade", "Preço unitário"]
    row = [
        "1",
        "Pago",
        "25/11/2026",
        "0,00",
        "0,00",
        "5,00",
        "Zulmira Exemplo",
        "",
        "CAN-1",
        "Caneca",
        "1",
        "5,00",
    ]

    assert propose(file(table(heads, row))).mapping == toml.shipped("plain")


def test_a_total_that_differs_within_an_order_is_the_items(file):
    rows = [
        ["Pedido", "Status", "Data", "Total do pedido", "SKU", "Qtd", "Total"],
        ["1", "Pago", "25/11/2026", "15,00", "A", "1", "5,00"],
        ["1", "Pago", "25/11/2026", "15,00", "B", "1", "10,00"],
    ]
    found = propose(file(table(*rows)))

    assert columns(found)["total"] == ("Total do pedido",)
    assert columns(found, "items")["total"] == ("Total",)


def test_two_columns_that_may_be_the_status_are_asked_about(file):
    rows = [
        [
            "Pedido",
            "Status do pedido",
            "Status do pagamento",
            "Data",
            "Total",
            "Cliente",
            "SKU",
            "Qtd",
            "Preço",
        ],
        ["1", "Enviado", "Aprovado", "25/11/2026", "5,00", "Zulmira Exemplo", "A", "1", "5,00"],
    ]
    found = propose(file(table(*rows)))

    assert asked(found)["orders", "status"] == ("Status do pedido", "Status do pagamento")
    [question] = [each for each in found.unsure if each.field == "status"]
    mapping = with_answer(found.mapping, question, "Status do pagamento")
    assert mapping.sections["orders"]["status"] == Column(("Status do pagamento",))


def test_a_column_that_is_called_like_nothing_is_asked_about_with_those_that_fit(file):
    rows = [
        ["Pedido", "Status", "Data", "Vlr. final", "Cliente", "SKU", "Qtd", "Preço"],
        ["1", "Pago", "25/11/2026", "5.00", "Zulmira Exemplo", "A", "1", "5,00"],
    ]
    found = propose(file(table(*rows)))

    assert asked(found)["orders", "total"] == ("Vlr. final",)
    [question] = [each for each in found.unsure if each.field == "total"]
    mapping = with_answer(found.mapping, question, "Vlr. final")
    assert mapping.sections["orders"]["total"] == Column(("Vlr. final",), decimal=".")
    assert list(mapping.sections["orders"]) == sorted(
        mapping.sections["orders"], key=list(SECTIONS["orders"]).index
    )


def test_a_column_whose_cells_are_of_another_kind_is_not_taken_by_its_name(file):
    rows = [
        ["Pedido", "Status", "Data", "Total", "Frete", "Cliente", "SKU", "Qtd", "Preço"],
        ["1", "Pago", "25/11/2026", "5,00", "Correios PAC", "Zulmira Exemplo", "A", "1", "5,00"],
    ]

    assert "shipping" not in columns(propose(file(table(*rows))))


def test_mail_and_documents_are_known_by_their_cells(file):
    rows = [
        ["Pedido", "Status", "Data", "Total", "Contato", "Ident.", "SKU", "Qtd", "Preço"],
        ["1", "Pago", "25/11/2026", "5,00", "z@example.com", "529.982.247-25", "A", "1", "5,00"],
    ]
    found = columns(propose(file(table(*rows))))

    assert (found["buyer_email"], found["buyer_document"]) == (("Contato",), ("Ident.",))


def test_a_column_of_amounts_may_have_a_dash_for_nothing(file):
    rows = [["Pedido", "Status", "Data", "Total", "Frete", "Desconto", "SKU", "Qtd", "Preço"]]
    rows += [[f"{n}", "Pago", "25/11/2026", "5,00", "-", "R$ -", "A", "1", "5,00"] for n in range(3)]

    assert {"shipping", "discount"} <= columns(propose(file(table(*rows)))).keys()


def test_a_surname_of_its_own_is_joined(file):
    rows = [
        ["Pedido", "Status", "Data", "Total", "Nome", "Sobrenome", "SKU", "Qtd", "Preço"],
        ["1", "Pago", "25/11/2026", "5,00", "Zulmira", "Exemplo", "A", "1", "5,00"],
    ]
    found = propose(file(table(*rows)))

    assert found.mapping.sections["orders"]["buyer_name"] == Column(("Nome", "Sobrenome"), join=" ")


def test_each_column_is_read_with_the_decimals_and_dates_that_it_has(file):
    rows = [
        ["Pedido", "Status", "Data", "Pago em", "Total", "Frete", "SKU", "Qtd", "Preço"],
        ["1", "Pago", "25/11/26", "25/11/2026", "1.000,00", "10.50", "A", "1", "5,00"],
    ]
    found = propose(file(table(*rows))).mapping

    assert found.sections["orders"]["shipping"].decimal == "."
    assert {found.sections["orders"][name].written or found.file.dates for name in ("created", "paid")} == {
        "dd/mm/aa",
        "dd/mm/aaaa",
    }


@pytest.mark.parametrize(
    ("day", "price", "questions", "dates"),
    [
        ("05/11/2026", "5.00", {("file", "dates"): ("dd/mm/aaaa", "mm/dd/aaaa")}, "dd/mm/aaaa"),
        ("05/11/2026", "5,00", {}, "dd/mm/aaaa"),
        ("11/25/2026", "5.00", {}, "mm/dd/aaaa"),
        ("2026-11-05", "5.00", {}, "dd/mm/aaaa"),
    ],
)
def test_a_day_that_may_be_two_is_asked_about_unless_the_file_is_brazilian(
    file, day, price, questions, dates
):
    rows = [
        ["Order ID", "Status", "Date", "Total", "Customer", "SKU", "Quantity", "Price"],
        ["1", "Paid", day, price, "Zulmira Exemplo", "A", "1", price],
    ]
    found = propose(file(table(*rows)))

    assert asked(found) == questions
    assert found.mapping.file.dates == dates
    for question in found.unsure:
        assert with_answer(found.mapping, question, "mm/dd/aaaa").file.dates == "mm/dd/aaaa"


def test_a_thousand_that_may_be_one_is_asked_about(file):
    rows = [
        ["Pedido", "Status", "Data", "Total", "Cliente", "SKU", "Qtd", "Preço"],
        ["1", "Pago", "25/11/2026", "5", "Zulmira Exemplo", "A", "1.000", "5"],
    ]
    found = propose(file(table(*rows)))

    assert asked(found) == {("file", "decimal"): (",", ".")}
    assert with_answer(found.mapping, found.unsure[0], ".").file.decimal == "."


def test_a_quantity_that_may_be_a_thousand_is_asked_about_though_amounts_have_commas(file):
    rows = [
        ["Pedido", "Status", "Data", "Total", "Frete", "Desconto", "Cliente", "SKU", "Qtd", "Total do item"],
        ["1", "Pago", "25/11/2026", "5,00", "0,00", "0,00", "Zulmira Exemplo", "A", "2.000", "5,00"],
    ]
    found = propose(file(table(*rows)))

    assert asked(found) == {("items", "quantity"): ("2.000 = 2", "2.000 = 2000")}
    mapping = with_answer(found.mapping, found.unsure[0], "2.000 = 2")
    assert mapping.sections["items"]["quantity"] == Column(("Qtd",), decimal=".")


def test_a_second_file_of_items_is_known_by_the_order_that_it_names(file):
    found = propose(file("Pedido;SKU;Produto;Quantidade;Preço unitário\n1;CAN-1;Caneca;2;5,00\n"))

    assert found.mapping.items_apart
    assert columns(found, "items")["order"] == ("Pedido",)
    assert found.unsure == []


def test_orders_without_items_ask_for_the_second_file(file):
    rows = [
        ["Pedido", "Status", "Data", "Total", "Cliente"],
        ["1", "Pago", "25/11/2026", "5,00", "Zulmira Exemplo"],
    ]
    found = propose(file(table(*rows)))

    assert asked(found) == {("items", ""): ()}
    mapping = with_answer(found.mapping, found.unsure[0], "")
    assert toml.read("x", toml.written(mapping)).sections.keys() == {"orders"}


def test_a_product_that_has_a_sku_alone_may_be_known_by_it(file):
    found = propose(file("SKU;Nome;Preço;Estoque\nCAN-1;Caneca;79,90;3\n"))

    assert asked(found)["products", "id"][0] == "SKU"


def test_more_words_than_a_shop_has_statuses_are_none(file):
    rows = [["Pedido", "Status", "Data", "Total", "Cliente", "SKU", "Qtd", "Preço"]]
    rows += [[str(n), f"texto {n}", "25/11/2026", "5,00", "Zulmira", "A", "1", "5,00"] for n in range(60)]
    found = propose(file(table(*rows)))

    assert [(each.section, each.field) for each in found.unsure] == [("orders", "status")]


@pytest.mark.parametrize("text", ["Nome;Telefone\nZulmira;11 99999-0000\n", "Data;Valor\n25/11/2026;5,00\n"])
def test_a_table_of_something_else_is_told(file, text):
    with pytest.raises(BadFile, match="not those of orders or products"):
        propose(file(text))


def test_a_file_that_is_cut_is_told_though_its_beginning_is_plain(file):
    with pytest.raises(BadFile, match="cut in half"):
        propose(file(ORDERS + '1004;"Pa'))


def test_a_table_without_rows_is_proposed_by_its_heads(file):
    assert columns(propose(file(ORDERS.partition("\n")[0] + "\n")))["total"] == ("Total",)


def test_what_is_usual_is_written_as_it_is_compared_and_means_known_fields():
    assert usual.meaning("PAGAMENTO  aprovado") is Payment.PAID
    assert usual.meaning("Em fila") is None
    for section, names in usual.table().items():
        for name, words in names.items():
            assert section in ("statuses", "sums", "short") or name in SECTIONS.get(
                section, SECTIONS["orders"]
            )
            alike = known_by if section in ("statuses", "short") else usual.plain
            assert len(set(map(alike, words))) == len(words)
            assert [known_by(word) for word in words] == words
