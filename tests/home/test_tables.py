"""The tables [payments] and [kits] of the settings: what they take, and how they tell what they do not."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contaazul_sync.core.errors import ConfigError
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
