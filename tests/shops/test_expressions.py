"""Where a profile says that something stands: plain names are looked up as JMESPath would."""

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from contaazul_sync.shops.expressions import Expression

NAMES = st.sampled_from(["id", "price", "dimension", "weight"])
ROWS = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(NAMES, inner, max_size=4) | st.lists(inner, max_size=2),
    max_leaves=8,
)


@given(names=st.lists(NAMES, min_size=1, max_size=4), row=ROWS)
def test_names_in_each_other_find_what_jmespath_finds(names, row):
    text = ".".join(names)

    assert Expression(text).find(row) == jmespath.search(text, row)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order_id || id", 7),
        ("lines[0].sku", "A"),
        ("sucess == `false`", True),
        ("lines[*].sku | [0]", "A"),
        ("lines.sku", None),
        ("join('-', [id, id])", None),
    ],
)
def test_any_other_expression_is_left_to_jmespath(text, found):
    row = {"id": 7, "sucess": False, "lines": [{"sku": "A"}]}

    assert Expression(text).find(row) == found


def test_what_is_no_expression_is_refused():
    with pytest.raises(JMESPathError):
        Expression("a..b")
