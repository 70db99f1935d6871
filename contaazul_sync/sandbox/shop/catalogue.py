"""The invented shop that the sandbox opens with: about 40 things to sell, and a dozen orders in all states.

People, streets and documents are made up; the documents only have valid check digits. Times count back from
the clock's now.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from contaazul_sync.sandbox.shop.state import written

if TYPE_CHECKING:
    from contaazul_sync.sandbox.shop.state import Shop

# Longer than the 100 characters that the ERP takes.
LONG_NAME = (
    "Jogo de jantar Ipê com vinte peças de cerâmica esmaltada à mão, para quatro pessoas, "
    "com pratos rasos, pratos fundos, tigelas e canecas"
)
# SKU, name, price, special price, stock, NCM, weight in kg
SIMPLE: tuple[tuple[str, str, str, str, int, str, str], ...] = (
    ("CANECA-IPE", "Caneca de cerâmica Ipê 300 ml", "39.90", "0", 48, "69120000", "0.38"),
    ("CANECA-MAR", "Caneca de cerâmica Maré 300 ml", "39.90", "34.90", 36, "69120000", "0.38"),
    ("PRATO-IPE-20", "Prato de sobremesa Ipê 20 cm", "29.90", "0", 60, "69120000", "0.45"),
    ("PRATO-IPE-27", "Prato raso Ipê 27 cm", "44.90", "0", 52, "69120000", "0.72"),
    ("TIGELA-MAR", "Tigela Maré 500 ml", "36.50", "0", 40, "69120000", "0.41"),
    ("VELA-LAV", "Vela aromática de lavanda 180 g", "54.00", "45.90", 25, "34060000", "0.34"),
    ("VELA-CAP", "Vela aromática de capim-limão 180 g", "54.00", "0", 31, "34060000", "0.34"),
    ("CADERNO-A5", "Caderno pontilhado A5, 160 páginas", "42.00", "0", 75, "48201000", "0.28"),
    ("CADERNO-A6", "Caderno de bolso A6, 96 páginas", "24.50", "0", 90, "48201000", "0.12"),
    ("PLANNER-27", "Planner semanal", "69.90", "59.90", 20, "48201000", "0.46"),
    ("CAFE-SERRA-250", "Café torrado da Serra, moído, 250 g", "32.90", "0", 64, "09012100", "0.26"),
    ("CAFE-SERRA-1K", "Café torrado da Serra, em grãos, 1 kg", "109.90", "0", 18, "09012100", "1.02"),
    ("TABUA-TECA", "Tábua de corte de teca 35 cm", "129.00", "109.00", 14, "44191900", "1.35"),
    ("COLHER-TECA", "Colher de pau de teca", "22.90", "0", 80, "44191900", "0.08"),
    ("LUM-NINHO", "Luminária de mesa Ninho, LED", "189.90", "0", 9, "94052100", "1.10"),
    ("LUM-PONTO", "Luminária de leitura Ponto, LED", "99.90", "84.90", 22, "94052100", "0.55"),
    ("CREME-MAOS", "Creme para as mãos de cupuaçu 60 g", "34.90", "0", 55, "33049910", "0.09"),
    ("MOCHILA-TRILHA", "Mochila Trilha 22 litros", "249.90", "0", 11, "42022220", "0.78"),
    ("ECOBAG-CAJU", "Ecobag Caju", "35.00", "0", 120, "42022220", "0.15"),
    ("TOALHA-BANHO", "Toalha de banho Areia", "79.90", "0", 33, "63026000", "0.52"),
    ("KIT-PRESENTE", "Kit presente: caneca, café e caderno", "109.00", "99.00", 0, "69120000", "0.95"),
    (
        "JOGO-JANTAR-20P",
        LONG_NAME,
        "899.00",
        "0",
        4,
        "69120000",
        "11.40",
    ),
)
# SKU, name, price, special price, NCM, and (suffix, words, stock) of each variation
VARIED: tuple[tuple[str, str, str, str, str, tuple[tuple[str, str, int], ...]], ...] = (
    ("CAM-AZ", "Camiseta azul", "79.90", "0", "61091000", (("P", "P", 12), ("M", "M", 20), ("G", "G", 15))),
    (
        "CAM-VD",
        "Camiseta verde",
        "79.90",
        "69.90",
        "61091000",
        (("P", "P", 8), ("M", "M", 17), ("G", "G", 6)),
    ),
    ("CAM-LIS", "Camiseta listrada", "89.90", "0", "61091000", (("P", "P", 5), ("M", "M", 9), ("G", "G", 7))),
    (
        "BERM-CQ",
        "Bermuda cáqui",
        "139.90",
        "0",
        "62034200",
        (("38", "38", 6), ("40", "40", 10), ("42", "42", 8)),
    ),
    ("BONE-SOL", "Boné Sol", "59.90", "49.90", "65050022", (("AM", "amarelo", 14), ("PR", "preto", 26))),
    (
        "TOALHA-ROSTO",
        "Toalha de rosto",
        "39.90",
        "0",
        "63026000",
        (("BR", "branca", 30), ("AR", "areia", 28), ("MU", "musgo", 19), ("TE", "terracota", 16)),
    ),
)
PEOPLE: tuple[dict[str, str], ...] = (
    {},  # the shop's usual buyer
    {
        "payer_name": "Bruno Carvalho Lima",
        "payer_cpf": "111.444.777-35",
        "payer_email": "bruno@example.com",
        "payer_phone": "(21) 97777-1234",
        "payer_address": "Rua das Laranjeiras",
        "payer_address_number": "45",
        "payer_address_complement": "ap 302",
        "payer_neighborhood": "Laranjeiras",
        "payer_city": "Rio de Janeiro",
        "payer_state": "RJ",
        "payer_zipcode": "22240-003",
    },
    {
        "payer_name": "Clara Nunes Prado",
        "payer_cpf": "",
        "payer_cnpj": "11.222.333/0001-81",
        "payer_razao_social": "Ateliê Prado Decorações Ltda",
        "payer_email": "compras@atelieprado.example",
        "payer_phone": "(31) 3333-4444",
        "payer_address": "Rua da Bahia",
        "payer_address_number": "1200",
        "payer_address_complement": "loja 3",
        "payer_neighborhood": "Centro",
        "payer_city": "Belo Horizonte",
        "payer_state": "MG",
        "payer_zipcode": "30160-011",
    },
    {
        "payer_name": "Davi Araújo",
        "payer_cpf": "123.456.789-09",
        "payer_email": "davi@example.com",
        "payer_phone": "(85) 99999-0000",
        "payer_address": "Av Beira Mar",
        "payer_address_number": "S/N",
        "payer_neighborhood": "Meireles",
        "payer_city": "Fortaleza",
        "payer_state": "CE",
        "payer_zipcode": "60165-121",
    },
    {
        "payer_name": "Elisa Figueira",
        "payer_cpf": "987.654.321-00",
        "payer_email": "elisa@example.com",
        "payer_phone": "(51) 98765-4321",
        "payer_address": "Rua dos Andradas",
        "payer_address_number": "700",
        "payer_neighborhood": "Centro Histórico",
        "payer_city": "Porto Alegre",
        "payer_state": "RS",
        "payer_zipcode": "90020-004",
    },
)
ANA, BRUNO, CLARA, DAVI, ELISA = range(5)
Lines = list[tuple[str, int] | tuple[str, int, Any]]
# Hours ago it was made, hours ago it was paid (None: never), status, buyer, lines, and what else it has
ORDERS: tuple[tuple[int, int | None, str, int, Lines, dict[str, Any]], ...] = (
    (210, 209, "delivered", BRUNO, [("CAFE-SERRA-250", 2), ("CANECA-IPE", 2)], {"shipping": "18.50"}),
    (188, 188, "delivered", ANA, [("CAM-AZ-M", 2)], {"shipping": "15.00", "discount": "4.80"}),
    (165, None, "canceled", DAVI, [("MOCHILA-TRILHA", 1)], {"payment_method": "boleto", "shipping": "32.00"}),
    (
        150,
        149,
        "shipped",
        CLARA,
        [("JOGO-JANTAR-20P", 1), ("PRATO-IPE-27", 6)],
        {"payment_method": "credit_card", "installments": 6, "shipping": "79.90"},
    ),
    (
        144,
        50,
        "confirmed",
        DAVI,
        [("TOALHA-BANHO", 2), ("TOALHA-ROSTO-MU", 2)],
        {"payment_method": "boleto", "shipping": "22.40"},
    ),
    (120, 119, "refunded", ELISA, [("LUM-NINHO", 1)], {"payment_method": "credit_card", "shipping": "25.00"}),
    (
        96,
        96,
        "invoiced",
        ELISA,
        [("VELA-LAV", 3), ("CREME-MAOS", 1)],
        {"payment_method": "credit_card", "installments": 3, "shipping": "12.00", "discount": "10.00"},
    ),
    (72, 71, "confirmed", ANA, [("CADERNO-A5", 1), ("CADERNO-A6", 2), ("ECOBAG-CAJU", 1)], {"shipping": "0"}),
    (48, 48, "confirmed", BRUNO, [("BERM-CQ-40", 1), ("BONE-SOL-PR", 1)], {"shipping": "19.90"}),
    (
        30,
        30,
        "confirmed",
        CLARA,
        [("LUM-PONTO", 4), ("TABUA-TECA", 2)],
        {"payment_method": "credit_card", "installments": 3, "shipping": "45.00", "discount": "25.56"},
    ),
    (20, None, "pending", DAVI, [("CAM-LIS-G", 1)], {"payment_method": "boleto", "shipping": "17.30"}),
    (5, None, "pending", ELISA, [("CAFE-SERRA-1K", 1), ("COLHER-TECA", 2)], {"shipping": "14.00"}),
)


def fill(shop: Shop) -> None:
    """Stock the shop and let the orders come in."""
    start = written(shop.clock() - timedelta(days=20))
    eans = iter(range(1, 1000))
    for sku, name, price, special, stock, ncm, weight in SIMPLE:
        fields = _texts(name, ncm, weight) | {"ean": ean(next(eans)), "updated": start}
        shop.add_product(sku, name, Decimal(price), stock, Decimal(special), **fields)
    for sku, name, price, special, ncm, kinds in VARIED:
        variations = [
            {
                "sku": f"{sku}-{suffix}",
                "name": f"{name} {words}",
                "ean": ean(next(eans)),
                "price": Decimal(price),
                "special_price": Decimal(special),
                "stock": stock,
            }
            for suffix, words, stock in kinds
        ]
        total = sum(stock for _suffix, _words, stock in kinds)
        fields = _texts(name, ncm, "0.25") | {"updated": start}
        last = shop.add_product(sku, name, Decimal(price), total, Decimal(special), variations, **fields)
    shop.category_of[last] = None
    for order in ORDERS:
        _place(shop, *order)


def _place(
    shop: Shop, made: int, paid: int | None, status: str, buyer: int, lines: Lines, fields: dict[str, Any]
) -> None:
    moment = shop.clock()
    times = {"created": written(moment - timedelta(hours=made))}
    # An order that goes on after its payment is touched once more.
    last = made if paid is None else paid
    if status in {"canceled", "refunded", "invoiced", "shipped", "delivered"}:
        last = max(last - 20, 1)
    times["updated"] = written(moment - timedelta(hours=last))
    if paid is not None:
        times["paid_at"] = written(moment - timedelta(hours=paid))
    shop.order(lines, status, **PEOPLE[buyer], **times, **fields)


def _texts(name: str, ncm: str, weight: str) -> dict[str, Any]:
    return {
        "ncm": ncm,
        "description": f"<p><strong>{name}</strong></p><p>Feito &agrave; m&atilde;o no Brasil.</p>",
        "dimension": {"length": 25, "width": 20, "height": 12, "weight": float(weight)},
    }


def ean(number: int) -> str:
    """An EAN-13 with the Brazilian prefix and a valid check digit, of no product that exists."""
    digits = f"7890000{number:05d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
