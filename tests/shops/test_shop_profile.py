"""A profile is the merchant's own file: whatever is wrong with it is told with the file and the line."""

from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from contaazul_sync.core.errors import ProfileError
from contaazul_sync.core.orders import Payment
from contaazul_sync.shops import profile as shop_profile

SHIPPED = (
    resources.files("contaazul_sync.shops").joinpath("profiles/webstore.toml").read_text(encoding="utf-8")
)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The shipped profile with one piece changed, as a merchant would."""
    assert SHIPPED.count(old) == 1, old
    path = tmp_path / "my-webstore.toml"
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    return path


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_the_shipped_profile_is_good():
    profile = shop_profile.load(None)

    assert profile.zone == ZoneInfo("America/Sao_Paulo")
    assert profile.token_header == "authToken"
    assert profile.statuses["confirmed"] is Payment.PAID
    assert {"sku", "price", "stock", "weight"} <= profile.product_fields.keys()


def test_a_merchants_copy_is_read_in_its_place(tmp_path):
    path = changed(tmp_path, 'path = "product/list"', 'path = "products"')

    assert shop_profile.load(path).product_path == "products"


def test_what_a_shop_does_not_have_may_be_left_out(tmp_path):
    text = "\n".join(
        line
        for line in SHIPPED.splitlines()
        if not line.startswith(("updated_since", "variations", "weight", "paid =", "unpaid ="))
        or line.startswith("paid = [")
    )
    path = tmp_path / "small.toml"
    path.write_text(text, encoding="utf-8")

    profile = shop_profile.load(path)

    assert (profile.updated_since, profile.variations) == ("", None)
    assert "weight" not in profile.product_fields
    assert "paid" not in profile.order_fields
    assert "pending" not in profile.statuses


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        ('name = "Webstore (merchant API, assumed)"', "name = 5", "name", "it has to be text, in quotes"),
        ('name = "Webstore (merchant API, assumed)"', 'name = ""', "name", "it has to be text"),
        ('zone = "America/Sao_Paulo"', 'zone = "Mars/Olympus"', "zone", "it is not a time zone"),
        ('zone = "America/Sao_Paulo"', 'zone = "../etc"', "zone", "it is not a time zone"),
        ("rows = 100", "rows = 0", "[paging] rows", "a whole number above zero"),
        ("rows = 100", 'rows = "100"', "[paging] rows", "a whole number above zero"),
        ("rows = 100", "rows = 1.5", "[paging] rows", "a whole number above zero"),
        ('updated_since = "updatedSince"', "updated_since = 1", "[paging] updated_since", "text"),
        ('message = "mensagem || msg"', 'message = "mensagem ||"', "[request] message", "JMESPath"),
        ('rows = "products"', 'rows = "products["', "[products] rows", "JMESPath"),
        ('variations = "variations" ', 'variations = "??" ', "[products] variations", "JMESPath"),
        ('stock = "quantity"', 'stock = "quantity.."', "[products.fields] stock", "JMESPath"),
        ('stock = "quantity"', "stock = true", "[products.fields] stock", "it has to be text"),
        ('ean = "ean"', 'eam = "ean"', "[products.fields] eam", "no such field is known"),
        ('row = "order"', 'row = "&"', "[order] row", "JMESPath"),
        ('method = "payment_method"', 'methods = "x"', "[orders.fields] methods", "no such field is known"),
        ('shipping = "shipping"', 'shipping = "-"', "[orders.fields] shipping", "JMESPath"),
        ('quantity = "quantity"\nprice', 'qty = "quantity"\nprice', "[orders.items] qty", "no such field"),
        ('unpaid = ["pending"]', 'unpaid = "pending"', "[orders.statuses] unpaid", "it has to be a list"),
        (
            'paid = ["confirmed", "invoiced", "shipped", "delivered"]',
            "paid = []",
            "[orders.statuses] paid",
            "",
        ),
    ],
)
def test_a_bad_value_names_the_file_the_line_and_the_key(tmp_path, old, new, key, why):
    path = changed(tmp_path, old, new)

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    line = line_of(path, new.partition("\n")[0])
    assert caught.value.message.startswith(f"The shop profile {path}, line {line}: {key}: ")
    assert why in caught.value.message
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("gone", "key", "section"),
    [
        ('token_header = "authToken"', "token_header", "request"),
        ('page = "page" ', "page", "paging"),
        ('path = "product/list"', "path", "products"),
        ('stock = "quantity"', "stock", "products.fields"),
        ('path = "order/view"', "path", "order"),
        ('total = "total"\ntotal_paid', "total", "orders.fields"),
        ('sku = "sku"\nname = "name"\nquantity', "sku", "orders.items"),
    ],
)
def test_a_missing_key_names_the_file_the_section_and_its_line(tmp_path, gone, key, section):
    rest = gone.partition("\n")[2]
    path = changed(tmp_path, gone, f"# gone\n{rest}")

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    line = line_of(path, f"[{section}]")
    assert caught.value.message == f"The shop profile {path} lacks {key} in [{section}], line {line}."


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("request", "token_header"),
        ("paging", "page"),
        ("products", "path"),
        ("orders", "path"),
        ("order", "path"),
        ("products.fields", "id"),
        ("orders.fields", "id"),
        ("orders.items", "sku"),
        ("orders.statuses", "paid"),
    ],
)
def test_a_missing_section_names_the_file_the_section_and_its_first_key(tmp_path, section, key):
    kept, _, rest = SHIPPED.partition(f"[{section}]\n")
    _, begins, after = rest.partition("\n[")
    path = tmp_path / "my-webstore.toml"
    path.write_text(kept + begins + after, encoding="utf-8")

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    assert caught.value.message == f"The shop profile {path} lacks {key} in [{section}]."


@pytest.mark.parametrize("section", ["request", "paging", "products", "orders", "order", "orders.items"])
def test_a_section_of_another_name_is_told(tmp_path, section):
    path = changed(tmp_path, f"[{section}]\n", f"[x.{section}]\n")

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    assert caught.value.message == f"The shop profile {path}: x: no such key is known."


def test_a_file_that_is_no_toml_names_the_line(tmp_path):
    path = changed(tmp_path, 'zone = "America/Sao_Paulo"', "zone = America/Sao_Paulo")

    with pytest.raises(ProfileError, match="is not valid TOML") as caught:
        shop_profile.load(path)

    assert f"line {line_of(path, 'zone = ')}" in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize("kind", ["missing", "directory", "latin-1"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, kind):
    path = tmp_path / "my-webstore.toml"
    if kind == "directory":
        path.mkdir()
    if kind == "latin-1":
        path.write_bytes('name = "Loja São João"'.encode("latin-1"))

    with pytest.raises(ProfileError, match="cannot be read") as caught:
        shop_profile.load(path)

    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("rows = 100", "# gone", "[paging]"),
        ('paid = ["confirmed", "invoiced", "shipped", "delivered"]', "# gone", "[orders.statuses]"),
    ],
)
def test_a_missing_number_or_list_names_the_line_of_its_section(tmp_path, old, new, section):
    path = changed(tmp_path, old, new)

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    key = old.partition(" ")[0]
    line = line_of(path, section)
    assert caught.value.message == f"The shop profile {path} lacks {key} in {section}, line {line}."


def test_a_missing_key_at_the_top_is_told_in_words(tmp_path):
    path = changed(tmp_path, 'zone = "America/Sao_Paulo"', "")

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    assert caught.value.message == f"The shop profile {path} lacks zone at its top."


def test_half_a_zone_is_not_a_time_zone(tmp_path):
    path = changed(tmp_path, 'zone = "America/Sao_Paulo"', 'zone = "America"')

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    line = line_of(path, "zone = ")
    assert caught.value.message == f"The shop profile {path}, line {line}: zone: it is not a time zone."


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('zone = "America', 'zona = "America', "zona"),
        ('failed = "', 'fail = "', "[request] fail"),
        ('updated_since = "updatedSince"', 'updated_sice = "updatedSince"', "[paging] updated_sice"),
        ('variations = "variations"', 'variation = "variations"', "[products] variation"),
        ('rows = "orders"', 'row = "orders"', "[orders] row"),
        ('row = "order"', 'rows = "order"', "[order] rows"),
        ('cancelled = ["canceled"]', 'canceled = ["canceled"]', "[orders.statuses] canceled"),
    ],
)
def test_a_misspelt_key_is_told_wherever_it_is(tmp_path, old, new, key):
    path = changed(tmp_path, old, new)

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    line = line_of(path, new)
    assert caught.value.message == f"The shop profile {path}, line {line}: {key}: no such key is known."


@pytest.mark.parametrize("section", ["request", "paging", "order"])
def test_a_text_in_the_place_of_a_section_is_told(tmp_path, section):
    head, _, rest = SHIPPED.partition(f"[{section}]\n")
    path = tmp_path / "odd.toml"
    top, begins, middle = head.partition("\n[")
    path.write_text(f'{top}\n{section} = "x"\n{begins}{middle}[{rest.partition("[")[2]}', encoding="utf-8")

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    line = line_of(path, f'{section} = "x"')
    assert caught.value.message == (
        f"The shop profile {path}, line {line}: {section}: it has to be a section."
    )


def test_a_number_in_the_place_of_a_section_is_told(tmp_path):
    path = tmp_path / "odd.toml"
    head, _, tail = SHIPPED.partition("[products.fields]\n")
    path.write_text(head + "fields = 5\n" + tail[tail.index("[orders]") :], encoding="utf-8")

    with pytest.raises(ProfileError) as caught:
        shop_profile.load(path)

    line = line_of(path, "fields = 5")
    assert caught.value.message == (
        f"The shop profile {path}, line {line}: [products] fields: it has to be a section."
    )
