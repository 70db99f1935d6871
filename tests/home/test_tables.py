"""The tables [payments] and [kits] of the settings: what they take, and how they tell what they do not."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contaazul_sync.core.errors import ConfigError
from contaazul_sync.core.receivables import Settle
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.home import config
from contaazul_sync.home.settings import Settings


def load(home: Path, text: str) -> Settings:
    (home / "config.toml").write_text(text)
    return config.load({"CONTAAZUL_SYNC_HOME": str(home)})


def test_a_way_of_paying_is_known_by_the_shops_word_however_it_is_written(tmp_path):
    settings = load(
        tmp_path,
        """
        [payments.pix]
        type = "PIX_PAGAMENTO_INSTANTANEO"
        account = "Banco Azul"
        [payments."Credit Card"]
        terms = [60, 30]
        [payments.boleto]
        first_due_days = 0
        """,
    )

    assert settings.payments == {
        "pix": PaymentRule(type="PIX_PAGAMENTO_INSTANTANEO", account="Banco Azul"),
        "credit_card": PaymentRule(terms=(30, 60)),
        "boleto": PaymentRule(first_due_days=0),
    }


def test_the_row_of_a_way_of_paying_is_found_without_accents_and_punctuation_the_exact_one_first(tmp_path):
    settings = load(
        tmp_path,
        """
        [payments.cartao_credito]
        account = "Banco Azul"
        [payments."cartão_de_crédito"]
        account = "Banco Verde"
        """,
    )

    rules = settings.rules(date(2026, 11, 1))

    assert rules.payment("Cartão de Crédito").account == "Banco Verde"
    assert rules.payment("Cartão (crédito)").account == "Banco Azul"
    assert rules.payment("pix") == PaymentRule()
    assert set(rules.payments) == {"cartao_credito", "cartão_de_crédito"}


def test_when_the_money_of_a_way_of_paying_comes_and_what_the_gateway_keeps(tmp_path):
    settings = load(
        tmp_path,
        """
        [payments.pix]
        account = "Banco Azul"
        settle = "paid"
        fee_percent = 0.99
        [payments.credit_card]
        account = "Mercado Pago"
        settle = "due"
        first_due_days = 30
        fee_percent = "4.98"
        fee_fixed = "0.40"
        [payments.boleto]
        account = "Mercado Pago"
        settle = "never"
        """,
    )

    pix, card, boleto = settings.payments.values()
    assert (pix.settle, pix.fee_percent, pix.fee_fixed) == (Settle.PAID, Decimal("0.99"), 0)
    assert (card.settle, card.fee_percent, card.fee_fixed) == (Settle.DUE, Decimal("4.98"), 40)
    assert (boleto.settle, boleto.is_settled, pix.is_settled) == (Settle.NEVER, False, True)


def test_settling_is_no_part_of_the_marks_that_orders_have(tmp_path):
    plain = PaymentRule(account="Banco Azul")
    settled = PaymentRule("", "Banco Azul", settle=Settle.PAID, fee_percent=Decimal(1), fee_fixed=40)

    assert repr(plain) == repr(settled)


def test_a_kit_is_its_parts(tmp_path):
    settings = load(tmp_path, "[kits.KIT-1]\nCANECA = 1\nCADERNO-A5 = 2\n")

    assert settings.kits == {"KIT-1": (("CANECA", Decimal(1)), ("CADERNO-A5", Decimal(2)))}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('payments = "pix"', "[payments] in"),
        ('[payments]\npix = "PIX"', "[payments] in"),
        ("[payments.pix]\ntipe = 'OUTRO'", "There is no setting [payments.pix] tipe"),
        ("[payments.pix]\ntype = 'PIX'", "[payments.pix] type in"),
        ("[payments.pix]\naccount = 5", "[payments.pix] account in"),
        ("[payments.pix]\nterms = ['30']", "[payments.pix] terms in"),
        ("[payments.pix]\nfirst_due_days = -1", "[payments.pix] first_due_days in"),
        ("[payments.pix]\nfirst_due_days = 3651", "it has to be a number of days, from 0 to 3650"),
        ("[payments.pix]\nfirst_due_days = true", "[payments.pix] first_due_days in"),
        ("[payments.pix]\nfirst_due_days = '30'", "[payments.pix] first_due_days in"),
        (
            "[payments.pix]\nterms = [30]\nfirst_due_days = 30",
            "it cannot stand beside terms, which say when each part is due",
        ),
        ("[payments.pix]\nterms = [-1]", "[payments.pix] terms in"),
        ("[payments.pix]\naccount = 'B'\nsettle = 'now'", "one of: never, paid, due, payout"),
        ("[payments.pix]\naccount = 'B'\nsettle = ['paid']", "[payments.pix] settle in"),
        ("[payments.pix]\naccount = 'B'\nsettle = true", "[payments.pix] settle in"),
        ("[payments.pix]\nsettle = 'paid'", 'as in account = "Mercado Pago"'),
        ("[payments.pix]\naccount = ' '\nsettle = 'due'", "[payments.pix] settle in"),
        ("[payments.pix]\nfee_percent = true", 'in quotes, as in "4.98"'),
        ("[payments.pix]\nfee_percent = '-1'", "[payments.pix] fee_percent in"),
        ("[payments.pix]\nfee_percent = '100'", "from 0 to below 100"),
        ("[payments.pix]\nfee_percent = 'x'", "[payments.pix] fee_percent in"),
        ("[payments.pix]\nfee_fixed = nan", 'in quotes, as in "0.40"'),
        ("[payments.pix]\nfee_fixed = '0.405'", "[payments.pix] fee_fixed in"),
        ("[payments.pix]\nfee_fixed = '-0.40'", "[payments.pix] fee_fixed in"),
        ("[kits.KIT]\nCANECA = 0", "[kits.KIT] CANECA in"),
        ("[kits.KIT]\nCANECA = 1.5", "[kits.KIT] CANECA in"),
        ("[kits.KIT]\nCANECA = 'um'", "[kits.KIT] CANECA in"),
        ("[kits.KIT]", "[kits] in"),
    ],
)
def test_a_bad_table_names_the_key_and_the_file(tmp_path, text, told):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)

    assert told in error.value.message
    assert "config.toml" in error.value.message
