"""What is to be done with a part of a sale's money, for every part, ledger and day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contaazul_sync.core.drafts.marks import is_part_marked, marks_in, part_mark
from contaazul_sync.core.drafts.settlements import fee_of, method_of, settlement_draft
from contaazul_sync.core.errors import Refused
from contaazul_sync.core.ids import ErpId, OrderId
from contaazul_sync.core.items import Outcome
from contaazul_sync.core.plan.protocol import MAX_SENDS
from contaazul_sync.core.plan.settlements import (
    Ask,
    DoesNotFit,
    Doubt,
    Found,
    Met,
    Receive,
    Stand,
    compare,
    decide,
    due_of,
    lines_of,
    spread,
)
from contaazul_sync.core.receivables import (
    Due,
    ErpPart,
    ErpSettlement,
    Money,
    PartStatus,
    Payout,
    Settle,
    Settlement,
    in_turn,
    is_as_sent,
)
from contaazul_sync.core.rules import PaymentRule
from contaazul_sync.core.words import quoted
from tests.worlds.samples import quickly

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
GRACE = timedelta(hours=1)
ORDER = OrderId("88123")
PART = ErpPart(ErpId("p1"), 1, TODAY, 10000, 10000, PartStatus.OPEN)
PIX = PaymentRule(account="a", settle=Settle.PAID, fee_percent=Decimal("0.99"))
CARD = replace(PIX, settle=Settle.DUE)

days = st.dates(date(2026, 10, 1), date(2027, 2, 1))
amounts = st.integers(1, 10**7)
rules = st.builds(
    PaymentRule,
    settle=st.sampled_from(Settle),
    fee_percent=st.decimals(0, 20, places=2),
    fee_fixed=st.integers(0, 100),
)
received = st.builds(ErpSettlement, id=st.just(ErpId("s")), day=days, gross=st.integers(0, 10000))


@st.composite
def any_part(draw):
    settlements = tuple(draw(st.lists(received, max_size=3)))
    amount = draw(amounts)
    left = max(0, amount - sum(each.gross for each in settlements))
    status = draw(st.sampled_from(PartStatus))
    return ErpPart(ErpId("p"), draw(st.integers(1, 12)), draw(days), amount, left, status, settlements)


@st.composite
def any_line(draw):
    ago = timedelta(minutes=draw(st.integers(0, 300)))
    outcome = draw(st.sampled_from([each for each in Outcome if each is not Outcome.FOREIGN]))
    return Settlement(ORDER, 1, ErpId("p"), draw(days), draw(amounts), 0, NOW - ago, outcome)


def line(outcome=Outcome.UNKNOWN, minutes=120, day=TODAY, gross=10000):
    return Settlement(ORDER, 1, ErpId("p1"), day, gross, 99, NOW - timedelta(minutes=minutes), outcome)


def there(gross=10000, day=TODAY, **more):
    return ErpSettlement(ErpId("s"), day, gross, **more)


def met(part=PART, lines=(), ours=()):
    return compare(part, list(lines), list(ours), NOW, GRACE)


# For all of them


@quickly
@given(
    any_part(), st.lists(any_line(), max_size=4), st.lists(st.booleans(), min_size=3, max_size=3), rules, days
)
def test_nothing_is_settled_twice_nor_beside_others_nor_on_a_day_to_come(part, lines, marked, rule, paid_on):
    ours = [each for each, is_ours in zip(part.settlements, marked, strict=False) if is_ours]
    found = compare(part, lines, ours, NOW, GRACE)
    due = due_of(part, rule, paid_on, TODAY)

    action = decide(part, found, due, rule, TODAY)

    if isinstance(action, Receive):
        assert action.due.day <= TODAY
        assert 0 < action.due.gross <= part.open
        assert 0 <= action.due.fee < action.due.gross
        assert found.others == 0
        assert not found.waiting
        assert not found.removed
        assert not part.is_closed
        assert rule.settle in (Settle.PAID, Settle.DUE)
        assert all(
            line.outcome not in (Outcome.UNKNOWN, Outcome.ABSENT)
            or line in found.arrived
            or line.sent_at + GRACE <= NOW
            for line in lines
        )
    if isinstance(action, Stand) and action.until:
        assert action.until > TODAY


@quickly
@given(any_part(), st.lists(any_line(), max_size=4), st.lists(st.booleans(), min_size=3, max_size=3))
def test_each_line_in_question_and_each_settlement_of_ours_is_met_once(part, lines, marked):
    ours = [each for each, is_ours in zip(part.settlements, marked, strict=False) if is_ours]

    found = compare(part, lines, ours, NOW, GRACE)

    asked = [each for each in lines if each.outcome in (Outcome.UNKNOWN, Outcome.ABSENT)]
    made = [each for each in lines if each.outcome is Outcome.MADE]
    assert len(found.arrived) + len(found.waiting) + len(found.absent) == len(asked)
    assert len(ours) == len(found.arrived) + len(made) - len(found.removed) + len(found.unknown)
    assert found.ours + found.others == sum(each.gross for each in part.settlements)


@quickly
@given(st.lists(amounts, min_size=1, max_size=12), st.data())
def test_a_payout_is_spread_to_the_centavo(opens, data):
    parts = [replace(PART, id=ErpId(str(n)), index=n, open=each) for n, each in enumerate(opens, 1)]
    count = data.draw(st.integers(1, len(opens)))
    gross, interest = sum(opens[:count]), data.draw(st.integers(0, 5000))
    fee = data.draw(st.integers(0, gross))
    assume(gross + interest not in [sum(opens[:n]) for n in range(1, len(opens) + 1)] or not interest)
    payout = Payout("p", ORDER, TODAY, gross + interest, fee + interest)

    dues = spread([payout], parts, interest)

    assert list(dues) == list(range(1, count + 1))
    assert [due.gross for due in dues.values()] == opens[:count]
    assert sum(due.fee for due in dues.values()) == fee
    assert all(0 <= due.fee <= due.gross and due.day == TODAY for due in dues.values())


@quickly
@given(amounts, rules)
def test_what_the_gateway_keeps_is_half_up_and_its_fixed_sum_is_of_the_first_part_alone(gross, rule):
    others = fee_of(gross, rule, is_first=False)

    exact = Decimal(gross) * rule.fee_percent / 100
    assert others - Decimal("0.5") <= exact < others + Decimal("0.5")
    assert fee_of(gross, rule, is_first=True) == others + rule.fee_fixed


def test_half_a_centavo_is_rounded_up():
    assert fee_of(50, PaymentRule(fee_percent=Decimal(1)), is_first=False) == 1
    assert fee_of(49, PaymentRule(fee_percent=Decimal(1)), is_first=False) == 0


# One by one


@pytest.mark.parametrize(
    ("part", "found", "action"),
    [
        (PART, Found(), Receive(Due(TODAY, 10000, 99))),
        (
            replace(PART, due=TODAY + timedelta(days=1)),
            Found(),
            Stand(Money.LATER, TODAY + timedelta(days=1)),
        ),
        (replace(PART, status=PartStatus.CANCELLED), Found(), Stand(Money.ENDED)),
        (replace(PART, status=PartStatus.LOST), Found(), Stand(Money.ENDED)),
        (replace(PART, status=PartStatus.RENEGOTIATED), Found(), Stand(Money.ENDED)),
        (replace(PART, status=PartStatus.UNKNOWN), Found(), Stand(Money.OPEN, TODAY + timedelta(days=1))),
        (replace(PART, open=0), Found(ours=10000), Stand(Money.SETTLED)),
        (replace(PART, open=0), Found(others=10000), Stand(Money.BY_PERSON)),
        (replace(PART, open=0), Found(ours=9000, others=1000), Stand(Money.BY_PERSON)),
        (replace(PART, open=0), Found(), Stand(Money.BY_PERSON)),  # it does not tell how
        (PART, Found(waiting=(line(minutes=5),)), Doubt()),
        (PART, Found(absent=(line(),) * (MAX_SENDS - 1)), Receive(Due(TODAY, 10000, 99))),
        (PART, Found(absent=(line(),) * MAX_SENDS), Doubt(parked=True)),
        (PART, Found(absent=(line(Outcome.ABSENT),) * MAX_SENDS), Receive(Due(TODAY, 10000, 99))),
    ],
)
def test_what_is_done_with_a_part_that_is_due(part, found, action):
    assert decide(part, found, due_of(part, CARD, TODAY, TODAY), CARD, TODAY) == action


@pytest.mark.parametrize(
    ("part", "found", "due", "said"),
    [
        (PART, Found(ours=10000, others=1), None, "received twice"),
        (PART, Found(removed=(line(Outcome.MADE),)), None, "taken back"),
        (replace(PART, open=4000), Found(others=6000), None, "R$ 40,00 of R$ 100,00 is open"),
        (PART, Found(), Due(TODAY, 10001, 0), "R$ 100,00 of it is open"),
        (PART, Found(), Due(TODAY, 100, 100), "the fee R$ 1,00"),
        (
            replace(PART, status=PartStatus.SETTLED),
            Found(),
            Due(TODAY, 10000, 0),
            "was received, and that R$ 100,00",
        ),
        (replace(PART, status=PartStatus.PARTLY, open=4000), Found(), Due(TODAY, 4000, 0), "that R$ 40,00"),
    ],
)
def test_what_a_person_has_to_look_at(part, found, due, said):
    action = decide(part, found, due, CARD, TODAY)

    assert isinstance(action, Ask)
    assert said in action.reason


@pytest.mark.parametrize(
    ("settle", "where", "until"),
    [
        (Settle.PAYOUT, Money.STATEMENT, None),
        (Settle.NEVER, Money.OPEN, TODAY + timedelta(days=1)),
        (Settle.PAID, Money.LATER, TODAY + timedelta(days=1)),
        (Settle.DUE, Money.LATER, TODAY + timedelta(days=9)),
    ],
)
def test_a_part_that_has_not_come_waits_for_its_day(settle, where, until):
    part, rule = replace(PART, due=TODAY + timedelta(days=9)), replace(PIX, settle=settle)
    due = due_of(part, rule, TODAY + timedelta(days=2), TODAY)

    assert due is None
    assert decide(part, Found(), due, rule, TODAY) == Stand(where, until)


def test_a_payout_of_a_day_to_come_waits_for_it():
    due = Due(TODAY + timedelta(days=2), 10000, 0, "p")

    assert decide(PART, Found(), due, replace(PIX, settle=Settle.PAYOUT), TODAY) == Stand(
        Money.LATER, due.day
    )


def test_nothing_is_due_of_what_is_paid():
    assert due_of(replace(PART, open=0), PIX, TODAY, TODAY) is None


def test_the_ledger_is_compared_with_what_is_there():
    arrived = met(replace(PART, settlements=(there(),)), [line()], [there()])
    assert (arrived.arrived, arrived.absent, arrived.unknown) == ((line(),), (), ())
    made = met(replace(PART, settlements=(there(),)), [line(Outcome.MADE)], [there()])
    assert (made.removed, made.unknown, made.ours) == ((), (), 10000)
    gone = met(PART, [line(Outcome.MADE)])
    assert gone.removed == (line(Outcome.MADE),)
    changed = met(replace(PART, settlements=(there(9000),)), [line(Outcome.MADE)], [there(9000)])
    assert (changed.removed, changed.unknown, changed.ours) == ((), (), 9000)
    strange = met(replace(PART, settlements=(there(),)), [], [there()])
    assert strange.unknown == (there(),)
    assert met(PART, [line(Outcome.REFUSED), line(Outcome.UNSENT)]) == Found()


@pytest.mark.parametrize(
    ("payout", "interest", "said"),
    [
        (Payout("p", ORDER, TODAY, 9999, 0), 0, "the open parts of the order are R$ 100,00, R$ 50,00"),
        (Payout("p", ORDER, TODAY, 15001, 0), 2, "R$ 150,01 came"),
        (Payout("p", ORDER, TODAY, 15500, 400), 500, "less than the interest"),
    ],
)
def test_a_payout_that_is_not_what_is_open_is_told(payout, interest, said):
    parts = [PART, replace(PART, index=2, amount=5000, open=5000)]

    with pytest.raises(DoesNotFit, match="(?s)" + said.replace("$", r"\$")):
        spread([payout], parts, interest)
    with pytest.raises(DoesNotFit, match="nothing of the order"):
        spread([payout], [replace(PART, open=0)], interest)


def test_two_payouts_of_one_part_fit_together_alone():
    first, second = Payout("p1", ORDER, TODAY, 6000, 100), Payout("p2", ORDER, TODAY, 4000, 50)

    assert spread([first, second], [PART]) == {1: Due(TODAY, 6000, 100, "p1")}
    assert spread([second], [replace(PART, open=4000)]) == {1: Due(TODAY, 4000, 50, "p2")}
    with pytest.raises(DoesNotFit, match=r"R\$ 60,00 came"):
        spread([first], [PART])


def test_each_part_has_a_place_of_its_own():
    closed = replace(PART, id=ErpId("old"), status=PartStatus.CANCELLED)
    second = replace(PART, id=ErpId("p2"), index=2)
    twin = replace(second, id=ErpId("p3"))

    assert in_turn([second, closed, PART]) == [PART, second]
    assert in_turn([second, closed]) == [closed, second]
    assert [(part.id, part.index) for part in in_turn([twin, PART, second])] == [
        ("p1", 1),
        ("p2", 2),
        ("p3", 3),
    ]


@pytest.mark.parametrize("begin", [0, 1, 7])
def test_the_parts_of_a_sale_count_from_one_whatever_the_erp_counts_from(begin):
    there = [replace(PART, id=ErpId(f"p{n}"), index=begin + n) for n in (2, 0, 1)]

    assert [(part.id, part.index) for part in in_turn(there)] == [("p0", 1), ("p1", 2), ("p2", 3)]


def test_what_was_sent_of_a_part_is_known_by_its_id_and_of_one_that_is_gone_by_its_place():
    second = replace(PART, id=ErpId("p2"), index=2)
    sent = [
        replace(line(), part_id=ErpId(of), part=place) for of, place in (("p1", 2), ("gone", 2), ("p2", 1))
    ]

    assert lines_of(PART, [PART, second], sent) == sent[:1]
    assert lines_of(second, [PART, second], sent) == sent[1:]


def test_what_a_person_has_edited_is_known_by_its_number_its_day_and_its_sums():
    sent = [line()]
    assert is_as_sent(there(fee=99, nsu=ORDER), sent)
    assert not is_as_sent(there(fee=99, nsu="1"), sent)
    assert not is_as_sent(there(9000, fee=99, nsu=ORDER), sent)
    assert not is_as_sent(there(fee=99, nsu=ORDER), [])


# What is written


def test_the_mark_of_a_part_names_its_order_and_none_for_a_sale():
    text = part_mark("loja", "88123", 1, 3)

    assert text == "[loja:parte 1/3 do pedido 88123]"
    assert marks_in(text) == []
    assert is_part_marked("88123", 1, f"pago {text.upper()} ok")
    assert is_part_marked("88123", 1, "[loja-k3f7:parte 1/2 do\npedido 88123]")
    for other in (
        "[loja:parte 2/3 do pedido 88123]",
        "[loja:parte 1/3 do pedido 88124]",
        "[loja:pedido 88123 1/3]",
        "[loja:pedido 88123]",
    ):
        assert not is_part_marked("88123", 1, other)


@pytest.mark.parametrize("order_id", ["PED 1/2", "A[1]", "7]", "A  12"])
def test_the_part_of_an_order_with_an_odd_number_is_known(order_id):
    assert is_part_marked(order_id, 2, part_mark("loja", order_id, 2, 3))


def test_a_settlement_says_how_it_was_paid_in_a_word_that_the_erp_takes():
    draft = settlement_draft(PART, Due(TODAY, 10000, 99), "note", "88123", method_of("pix", PIX))
    assert (draft.part_id, draft.gross, draft.fee, draft.day) == ("p1", 10000, 99, TODAY)
    assert draft.method == "PIX_PAGAMENTO_INSTANTANEO"
    voucher = settlement_draft(PART, Due(TODAY, 1, 0), "", "", method_of("vale presente", PIX))
    assert voucher.method == "OUTRO"
    assert method_of("fiado", replace(PIX, type="CHEQUE")) == "CHEQUE"


def test_where_a_part_stands_after_what_it_met():
    met, due = Met([]), Due(TODAY, 10000, 99)

    assert met.stand(PART, Receive(due), TODAY) == Stand(Money.SETTLED)
    assert met.stand(PART, Receive(replace(due, gross=1)), TODAY) == Stand(Money.STATEMENT)
    assert met.stand(PART, Stand(Money.LATER, TODAY), TODAY) == Stand(Money.LATER, TODAY)
    assert met.stand(PART, Doubt(), TODAY) == Stand(Money.OPEN, TODAY)
    assert met.stand(PART, Ask(quoted("why")), TODAY) == Stand(Money.OPEN, TODAY + timedelta(days=1))
    met.error = Refused(400, "no")
    assert met.stand(PART, Receive(due), TODAY) == Stand(Money.OPEN, TODAY)
    assert (met.questions, met.doubts) == (["why"], [Doubt()])
