"""What a buyer becomes in the ERP, and what of a person whom the ERP has is brought up to date."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contaazul_sync.core.drafts.documents import document_of, whole_postcode
from contaazul_sync.core.drafts.people import ADDRESS, OPTIONAL, Address, named, person_draft
from contaazul_sync.core.drafts.updates import FILL, NEVER, SHOP, change_of, is_to_be_read, lives_elsewhere
from contaazul_sync.core.erp import ErpAddress, ErpPerson, Profile
from contaazul_sync.core.errors import Unusable
from contaazul_sync.core.fingerprints import fingerprint
from contaazul_sync.core.folding import folded
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.orders import Buyer
from contaazul_sync.core.states import STATES, state_letters
from tests.worlds.samples import ANA, quickly

CPF, CNPJ = "52998224725", "11222333000181"
HOME = ErpAddress(ErpId("a-1"), "01310-100", "100")


def theirs(**changes: Any) -> ErpPerson:
    """Ana as the ERP's own page tells her, with nothing missing."""
    person = ErpPerson(
        ErpId("p-1"),
        CPF,
        active=True,
        profiles=frozenset({Profile.CUSTOMER}),
        name="Ana Exemplo",
        email="ana@example.com",
        phone="(11) 98888-7777",
        addresses=(HOME,),
    )
    return replace(person, **changes)


# Documents


@pytest.mark.parametrize(
    ("told", "document"),
    [
        ("529.982.247-25", CPF),
        ("191", None),  # 00000000191 is a CPF that sums up: eight zeros are not what a spreadsheet takes
        ("1234567890", "01234567890"),
        ("12345678909", "12345678909"),
        ("00000000191", "00000000191"),
        ("529.982.247-26", None),
        ("191000080", None),
        ("6990590000123", "06990590000123"),
        ("280012306", None),  # 00280012306 sums up, and so does one in a hundred of nine digits
    ],
)
def test_a_document_that_lost_the_zeros_in_front_is_that_document(told, document):
    if document is None:
        with pytest.raises(Unusable):
            document_of(Buyer(document=told))
    else:
        assert document_of(Buyer(document=told)) == document


@pytest.mark.parametrize(
    ("document", "phone"),
    [
        ("11987654374", "(11) 98765-4374"),  # it sums up like a CPF
        ("11987654374", "+55 11 98765-4374"),
        ("11 98765-4374", "011987654374"),
        ("5511987654374", "11987654374"),
        ("1133334480", "(11) 3333-4480"),
    ],
)
def test_the_buyers_phone_is_no_document(document, phone):
    with pytest.raises(Unusable, match="the buyer's phone is given as the CPF or CNPJ"):
        document_of(Buyer(document=document, phone=phone))


@pytest.mark.parametrize(
    ("document", "phone"),
    [
        ("119.876.543-74", "11987654374"),  # in the form of a CPF
        ("11987654374", "(11) 98765-4375"),
        ("11987654374", ""),
        ("11144477735", "11144477735"),  # the CPF stands for the phone, which is none
    ],
)
def test_a_document_that_is_no_phone_is_a_document(document, phone):
    assert document_of(Buyer(document=document, phone=phone))


def test_a_number_that_begins_with_a_zero_has_lost_none():
    with pytest.raises(Unusable):
        document_of(Buyer(document="0234567890"))
    assert whole_postcode("0131010") == ""


@pytest.mark.parametrize(
    ("told", "postcode"),
    [("01310-100", "01310100"), ("1310100", "01310100"), ("1310-100", "01310100"), ("310100", ""), ("", "")],
)
def test_a_postcode_that_lost_its_zero_is_that_postcode(told, postcode):
    assert whole_postcode(told) == postcode


# Places


@pytest.mark.parametrize("letters", STATES)
def test_a_state_is_known_by_its_letters_and_by_its_name(letters):
    name = STATES[letters]

    assert state_letters(f" {letters.lower()} ") == letters
    assert state_letters(name) == state_letters(name.upper()) == state_letters(folded(name)) == letters


def test_what_is_no_state_has_no_letters():
    assert state_letters("Sampa") == state_letters("") == state_letters("XX") == ""


# The draft


@given(st.text(max_size=400), st.text(max_size=30), st.text(max_size=300))
@quickly
def test_no_field_is_longer_than_the_erp_takes(long, number, complement):
    buyer = Buyer(
        name=long,
        company=long,
        email=long,
        phone=long,
        street=long,
        number=number,
        complement=complement,
        district=long,
        city="São Paulo",
        region="SP",
        postcode="01310-100",
    )
    draft = person_draft(buyer, CNPJ)

    assert draft.address
    assert len(draft.name) <= 200
    assert len(draft.trade_name) <= 200
    assert len(draft.email) <= 100 or not draft.has("email")
    assert len(draft.notes) <= 2000
    assert len(draft.address.street) <= 100
    assert len(draft.address.number) <= 10
    assert len(draft.address.district) <= 100
    assert len(draft.address.complement) <= 200


def test_a_name_of_spaces_is_none():
    assert person_draft(Buyer(name=" ", company=" "), CNPJ).name == "Cliente da loja"
    assert person_draft(Buyer(name="Bia", company=" "), CNPJ).name == "Bia"


def test_a_number_of_eleven_characters_goes_into_the_complement():
    draft = person_draft(replace(ANA, number="12345 bl. 2", complement="ap 3"), CPF)

    assert draft.address
    assert (draft.address.number, draft.address.complement) == ("", "12345 bl. 2 ap 3")


def test_an_e_mail_that_is_too_long_is_left_out_whole():
    draft = person_draft(replace(ANA, email=f"{'a' * 90}@example.com"), CPF)

    assert draft.dropped == {"email"}
    assert not draft.has("email")


def test_a_company_has_its_state_registration_and_a_person_none():
    buyer = replace(ANA, company="Exemplo Ltda", state_registration=" 110.042.490.114 ")

    assert person_draft(buyer, CNPJ).state_registration == "110.042.490.114"
    assert person_draft(buyer, CPF).state_registration == ""


@pytest.mark.parametrize(
    "told", ["N/A", "-", "Não contribuinte", "não possui", "123", "9" * 500, "110042490114 (matriz)"]
)
def test_words_are_no_state_registration_and_that_is_said(told):
    draft = person_draft(replace(ANA, company="Exemplo Ltda", state_registration=told), CNPJ)

    assert not draft.has("state_registration")
    assert "state_registration" in draft.dropped


@pytest.mark.parametrize("told", ["110.042.490.114", "P-01100424.3/002", "Isento", "062.307.904/0081"])
def test_a_state_registration_is_a_number_or_that_there_is_none(told):
    draft = person_draft(replace(ANA, company="Exemplo Ltda", state_registration=told), CNPJ)

    assert draft.has("state_registration")


def test_a_state_registration_is_no_part_of_the_mark_of_a_buyer():
    assert fingerprint(ANA) == fingerprint(replace(ANA, state_registration="ISENTO"))


@pytest.mark.parametrize("field", OPTIONAL)
def test_each_field_can_be_left_out_and_has_a_name(field):
    buyer = replace(ANA, company="Exemplo Ltda", complement="ap 3", state_registration="ISENTO")
    draft = person_draft(replace(buyer, phone="(11) 3333-4444") if field == "notes" else buyer, CNPJ)

    assert draft.has(field)
    assert not draft.without(field).has(field)
    assert named(field)


def test_without_the_address_none_of_its_fields_is_there():
    draft = person_draft(ANA, CPF).without("address")

    assert not any(draft.has(field) for field in ADDRESS)


# What is brought up to date


def test_what_is_empty_in_the_erp_is_filled():
    change = change_of(theirs(email="", phone="", addresses=()), person_draft(ANA, CPF), FILL)

    assert (change.email, change.mobile) == ("ana@example.com", "11988887777")
    assert isinstance(change.address, Address)
    assert change.address_id == ""
    assert [field for field, _part in change.parts()] == ["address", "email", "mobile"]


def test_what_is_there_is_not_filled():
    other = theirs(email="ana.antiga@example.com", phone="1133334444", addresses=(replace(HOME, number="7"),))

    assert not change_of(other, person_draft(ANA, CPF), FILL)
    assert not change_of(theirs(email="", phone="", addresses=()), person_draft(ANA, CPF), NEVER)


def test_what_the_erp_did_not_tell_is_not_filled():
    unknown = theirs(email=None, phone=None, addresses=None)

    assert not change_of(unknown, person_draft(ANA, CPF), FILL)
    assert not change_of(unknown, person_draft(ANA, CPF), SHOP)
    assert is_to_be_read(unknown, person_draft(ANA, CPF), FILL)
    assert not is_to_be_read(theirs(), person_draft(ANA, CPF), FILL)


def test_the_shops_word_takes_the_place_of_the_erps():
    old = theirs(email="ana.antiga@example.com", phone="11977776666", addresses=(replace(HOME, number="7"),))

    change = change_of(old, person_draft(ANA, CPF), SHOP)

    assert (change.email, change.mobile, change.address_id) == ("ana@example.com", "11988887777", "a-1")
    assert change.address
    assert change.address.number == "100"


def test_what_is_the_same_is_not_written_again():
    same = theirs(
        email="ANA@example.com", phone="+55 11 98888-7777", addresses=(replace(HOME, number="7"), HOME)
    )

    assert not change_of(same, person_draft(ANA, CPF), SHOP)


@pytest.mark.parametrize("how", [FILL, SHOP])
def test_nothing_is_ever_emptied(how):
    assert not change_of(theirs(), person_draft(Buyer(name="Ana Exemplo"), CPF), how)


@pytest.mark.parametrize(
    ("known", "elsewhere"),
    [
        ((HOME,), False),
        ((replace(HOME, number="7"),), True),
        ((replace(HOME, complement="ap 3"),), True),
        ((replace(HOME, postcode="20040-002"),), True),
        ((), False),
        (None, False),
    ],
)
def test_an_address_is_another_by_its_postcode_number_or_complement(known, elsewhere):
    assert lives_elsewhere(theirs(addresses=known), person_draft(ANA, CPF)) is elsewhere


def test_a_buyer_without_an_address_lives_nowhere_else():
    assert not lives_elsewhere(theirs(), person_draft(Buyer(name="Ana Exemplo"), CPF))
