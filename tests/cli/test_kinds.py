"""The other kinds of shop, as a merchant meets them: `auth`, `doctor`, `send-products`, `sync`, `status`."""

import json
import tomllib

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(sandbox):
    sandbox.shop.add_product("CANECA", "Caneca", "39.90", 10)
    shirts = [
        {"sku": f"CAM-{size}", "name": f"Camiseta {size}", "price": "79.90", "stock": 4} for size in "PM"
    ]
    sandbox.shop.add_product("CAM", "Camiseta", "79.90", 0, variations=shirts)
    sandbox.shop.order([("CANECA", 1)])
    return sandbox.shop


def configure(terminal, kind: str) -> dict[str, str]:
    """A home of a shop of this kind; returns what the environment has to say beside it."""
    box = terminal.sandbox
    if kind == "woocommerce":
        terminal.configure(shop__kind="woocommerce", shop__url=box.site_url, shop__api_url="")
        return {"CONTAAZUL_SYNC_SHOP_TOKEN": box.woo_keys}
    terminal.configure(shop__url=box.site_url, shop__storefront_url=box.storefront_url, shop__api_url="")
    return {"CONTAAZUL_SYNC_SHOP_TOKEN": ""}


def ask(terminal, *typed: str, **environ: str):
    """`auth` in a home that knows where the ERP is and no more; what is typed before one signs in there."""
    box = terminal.sandbox
    (terminal.home / "config.toml").write_text(
        f'[erp]\nauthorize_url = "{box.authorize_url}"\ntoken_url = "{box.token_url}"\n'
        f'api_url = "{box.erp_url}"\nredirect_uri = "{box.redirect_uri}"\n[credentials]\nbackend = "file"\n'
    )
    nothing = {"CONTAAZUL_SYNC_CLIENT_SECRET": "", "CONTAAZUL_SYNC_SHOP_TOKEN": ""}
    with terminal.start("auth", "--no-browser", **nothing, **environ) as process:
        process.stdin.write("".join(f"{line}\n" for line in typed))
        process.stdin.flush()
        address = process.stdout.readline().strip()
        landed = box.approve(address) if address else ""
        _, err = process.communicate(landed + "\n", timeout=30)
    return process.returncode, err, (terminal.home / "config.toml").read_text()


def test_auth_asks_a_woocommerce_shop_for_its_address_and_two_keys(terminal, shop):
    box = terminal.sandbox
    key, _, secret = box.woo_keys.partition(":")

    code, err, written = ask(
        *(terminal, box.client_id, box.site_url, box.client_secret, key, secret),
        CONTAAZUL_SYNC_SHOP__KIND="woocommerce",
    )

    assert code == 0, err
    assert "The shop answers; its first page lists 1 product." in err
    assert tomllib.loads(written)["shop"]["url"] == box.site_url
    assert secret not in written + err
    nothing = {"CONTAAZUL_SYNC_CLIENT_SECRET": "", "CONTAAZUL_SYNC_SHOP_TOKEN": ""}
    environ = nothing | {"CONTAAZUL_SYNC_SHOP__KIND": "woocommerce"}
    assert terminal.run("sync", **environ).returncode == 6  # the order waits for a product
    assert terminal.status()["orders"]["waiting"] == 1


def test_keys_that_are_none_are_refused_before_they_are_kept(terminal, shop):
    box = terminal.sandbox

    code, err, _written = ask(
        *(terminal, box.client_id, box.site_url, box.client_secret, "my-key", "my-secret"),
        CONTAAZUL_SYNC_SHOP__KIND="woocommerce",
    )

    assert code == 3
    assert "ck_..." in err or "consumer key" in err
    assert "my-secret" not in err + terminal.everything_written()


def test_auth_without_a_token_asks_for_the_shops_address_and_reads_its_pages(terminal, shop):
    box = terminal.sandbox

    code, err, written = ask(
        *(terminal, box.client_id, box.client_secret, "", box.site_url),
        CONTAAZUL_SYNC_SHOP__STOREFRONT_URL=box.storefront_url,
    )

    assert code == 0, err
    assert "The shop answers" in err
    assert tomllib.loads(written)["shop"]["url"] == box.site_url


def test_a_token_that_comes_later_brings_the_orders(terminal, shop):
    box = terminal.sandbox
    environ = configure(terminal, "storefront") | {"CONTAAZUL_SYNC_CLIENT_SECRET": ""}
    terminal.sign_in(CONTAAZUL_SYNC_SHOP_TOKEN="")
    with terminal.start("auth", "--no-browser", "--secrets", **environ) as process:
        process.stdin.write(f"{box.client_secret}\n{box.shop_token}\n")
        process.stdin.flush()
        address = process.stdout.readline().strip()
        process.communicate(box.approve(address) + "\n", timeout=30)

    told = tomllib.loads((terminal.home / "config.toml").read_text())["shop"]
    assert told["api_url"].startswith("https://api-dashboard")  # offered, and taken by a script
    terminal.configure(
        shop__url=box.site_url, shop__storefront_url=box.storefront_url, shop__catalogue="storefront"
    )
    assert terminal.run("sync", **environ).returncode == 6
    assert terminal.status()["orders"]["waiting"] == 1


def test_a_storefront_alone_goes_from_choosing_to_a_status_that_says_what_is_missing(terminal, shop):
    environ = configure(terminal, "storefront")
    terminal.sign_in(**environ)

    assert terminal.run("send-products", "CAM", "CANECA", **environ).returncode == 0
    done = terminal.run("sync", **environ)

    assert done.returncode == 0
    assert "developers@webstore.net.br" in done.stderr
    assert terminal.run("sync", **environ).stderr == ""  # cron hears of it once a day
    erp = terminal.sandbox.erp
    assert sorted(product.sku for product in erp.products.values()) == ["CAM-M", "CAM-P", "CANECA"]
    assert "the shop's orders cannot be read: contaazul-sync doctor" in terminal.run("status").stdout
    assert terminal.status()["shop"] == {"orders_readable": False}
    unknown = terminal.run("send-products", "CAM-G", **environ)
    assert (unknown.returncode, "no product with the SKU CAM-G" in unknown.stderr) == (2, True)


def test_what_is_chosen_of_a_storefront_can_be_looked_at_and_sent_at_once(terminal, shop):
    environ = configure(terminal, "storefront")
    terminal.sign_in(**environ)

    looked = terminal.run("send-products", "CAM", "--dry-run", **environ)
    assert "create product CAM-P" in looked.stdout
    assert "create product CAM-M" in looked.stdout
    assert terminal.sandbox.erp.products == {}

    assert terminal.run("send-products", "CAM", "--now", **environ).returncode == 0
    assert len(terminal.sandbox.erp.products) == 2


@pytest.mark.parametrize("kind", ["storefront", "woocommerce"])
def test_doctor_shows_what_a_shop_can_do_and_one_of_its_products(terminal, shop, kind):
    environ = configure(terminal, kind)
    terminal.sign_in(**environ)

    done = terminal.run("doctor", "--json", **environ)
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}

    assert done.returncode == 0
    assert checks["a product"]["seen"]["sku"] == "CANECA"
    assert checks["a product"]["seen"]["stock"] == "9"
    if kind == "woocommerce":
        assert checks["shop"]["detail"] == "woocommerce; it tells what changed"
        assert checks["an order"]["seen"]["total"] == "R$ 39,90"
        assert "shop profile" not in checks
    else:
        assert "a stock may be 60 minutes old" in checks["shop"]["detail"]
        assert checks["an order"]["status"] == "warning"
        assert "1. your shop's 'URL Api'" in checks["an order"]["remedy"]


def test_a_shop_that_is_not_there_is_told_with_what_to_look_at(terminal, shop):
    box = terminal.sandbox
    environ = configure(terminal, "woocommerce")
    terminal.sign_in(**environ)

    wrong = terminal.run("sync", CONTAAZUL_SYNC_SHOP__URL=f"{box.site_url}/blog", **environ)
    assert (wrong.returncode, "permalinks" in wrong.stderr) == (5, True)
    plain = terminal.run("sync", CONTAAZUL_SYNC_SHOP__URL="http://loja.example", **environ)
    assert (plain.returncode, "https://" in plain.stderr) == (3, True)
    refused = terminal.run("sync", **environ | {"CONTAAZUL_SYNC_SHOP_TOKEN": "ck_1:cs_2"})
    assert (refused.returncode, "auth --secrets" in refused.stderr) == (3, True)
    assert "cs_2" not in refused.stderr
