"""The clients against cassettes: what they send and read, one for each endpoint and each error.

`RECORD_CASSETTES=1` records them anew against the sandbox, `RECORD_CASSETTES=account.toml` against a real
account (see cassettes/README.md). Otherwise they are only played, and nothing goes over the network.
"""

import asyncio
import os
import ssl
import tomllib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from vcr.errors import CannotOverwriteExistingCassetteException

from contaazul_sync.core.erp import Account, Profile
from contaazul_sync.core.errors import Missing, Refused, SyncError, Unanswered
from contaazul_sync.core.ids import ErpId
from contaazul_sync.core.orders import Order, Payment
from contaazul_sync.erp.answers import read_person
from contaazul_sync.erp.client import ContaAzul
from contaazul_sync.erp.oauth import ErpAuth, Tokens, authorize_address, code_from
from contaazul_sync.home.credentials import Vault
from contaazul_sync.net.pacer import Pacer
from contaazul_sync.net.transport import Transport
from contaazul_sync.sandbox.server import Sandbox
from contaazul_sync.shops import profile as shop_profile
from contaazul_sync.shops.merchant import Merchant
from tests.worlds.recorder import (
    CASSETTES,
    COMPANY,
    DOCUMENT,
    ERP_URL,
    NEW_DOCUMENT,
    NOBODY,
    ORDER,
    PERSON,
    PRODUCT,
    SALE,
    SHOP_URL,
    It,
    Scrubber,
    cassette,
)
from tests.worlds.wire import it_is_noted

TLS = ssl.create_default_context()  # made once: for each client anew it would take most of the time
RECORD = os.environ.get("RECORD_CASSETTES", "")
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SKU, EAN = "CAM-AZ", "7891234567895"
NEW_PRODUCT = {
    "nome": "Camiseta verde",
    "codigo_sku": "CAM-VD",
    "formato": "SIMPLES",
    "status": "ATIVO",
    "estoque": {"valor_venda": 79.9, "estoque_disponivel": 12},
}


def new_person(document: str) -> dict[str, Any]:
    return {
        "nome": "Ana Souza",
        "tipo_pessoa": "Física",
        "perfis": [{"tipo_perfil": "Cliente"}],
        "cpf": document,
        "email": "ana@example.com",
        "telefone_celular": "11988887777",
        "enderecos": [
            {
                "cep": "01310100",
                "logradouro": "Av Paulista",
                "numero": "1000",
                "complemento": "",
                "bairro": "Bela Vista",
                "cidade": "São Paulo",
                "estado": "SP",
                "pais": "Brasil",
            }
        ],
    }


def new_sale(number: int, person: str, product: str) -> dict[str, Any]:
    return {
        "id_cliente": person,
        "numero": number,
        "situacao": "APROVADO",
        "data_venda": "2026-11-24",
        "observacoes": "[loja:pedido 77001]",
        "itens": [{"id": product, "descricao": "Camiseta azul", "quantidade": 2, "valor": 79.9}],
        "condicao_pagamento": {
            "tipo_pagamento": "PIX_PAGAMENTO_INSTANTANEO",
            "opcao_condicao_pagamento": "À vista",
            "nsu": "77001",
            "parcelas": [{"data_vencimento": "2026-11-24", "valor": 159.8, "descricao": "Pedido 77001"}],
        },
    }


# Recording and playing

PLAYED: dict[str, Any] = {
    "erp_url": ERP_URL,
    "token_url": f"{ERP_URL}/oauth/token",
    "shop_url": SHOP_URL,
    "client_id": "client",
    "client_secret": "CLIENT_SECRET",
    "redirect_uri": "https://loja.example",
    "access_token": "ACCESS_TOKEN",
    "refresh_token": "REFRESH_TOKEN",
    "shop_token": "SHOP_TOKEN",
    "code": "CODE",
    "real": {},
}


def in_the_sandbox(box: Sandbox) -> dict[str, Any]:
    """A company with one product, one customer and one sale, a shop with one order, and who is signed in."""
    product = box.erp.add_product(SKU, "Camiseta azul", "79.90", 4)
    box.erp.products[product].ean = EAN
    person = box.erp.add_person("Ana Souza", "52998224725", ["Fornecedor", "Cliente"])
    box.shop.add_product(
        "CAM",
        "Camiseta",
        115,
        0,
        99,
        variations=[{"sku": SKU, "name": "Camiseta azul", "price": "79.90", "stock": 4, "ean": EAN}],
    )
    order = box.shop.order([(SKU, 2)], shipping="15.00", discount="4.80")
    pair = box.erp.sessions.issue(3600)
    sold = httpx.post(
        f"{box.erp_url}/v1/venda",
        json=new_sale(1001, person, product),
        headers={"Authorization": f"Bearer {pair['access_token']}"},
    )
    page = authorize_address(box.authorize_url, box.client_id, box.redirect_uri, "s1")
    return {
        "erp_url": box.erp_url,
        "token_url": box.token_url,
        "shop_url": box.shop_url,
        "client_id": box.client_id,
        "client_secret": box.client_secret,
        "redirect_uri": box.redirect_uri,
        "access_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
        "shop_token": box.shop_token,
        "code": code_from(box.approve(page), "s1"),
        "real": {
            PRODUCT: product,
            PERSON: person,
            SALE: sold.json()["id"],
            DOCUMENT: "52998224725",
            NEW_DOCUMENT: "11144477735",
            COMPANY: "1203344",
            ORDER: str(order),
        },
    }


Ask = Callable[[It], Awaitable[Any]]


def talk(account: dict[str, Any], home: Path, ask: Ask, naps: list[float]) -> Any:
    """Let a test talk to whoever is behind these addresses."""
    home.mkdir()
    vault = Vault(home, "file", {})
    vault.update(
        client_secret=account["client_secret"],
        access_token=account["access_token"],
        refresh_token=account["refresh_token"],
        expires_at=(NOW + timedelta(hours=1)).isoformat(),
    )
    tokens = Tokens(home, vault, account["token_url"], account["client_id"], lambda: NOW)

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    async def run() -> Any:
        header = {"authToken": account["shop_token"]}
        async with (
            httpx.AsyncClient(base_url=account["erp_url"], auth=ErpAuth(tokens), verify=TLS) as erp,
            httpx.AsyncClient(base_url=account["shop_url"], headers=header, verify=TLS) as shop,
        ):
            it = It(
                ContaAzul(Transport(erp, "the ERP", Pacer(0), nap)),
                Merchant(Transport(shop, "the shop", Pacer(0), nap), shop_profile.load(None)),
                tokens,
                account["erp_url"],
                account["code"],
                account["redirect_uri"],
                lambda placeholder: str(account["real"].get(placeholder, placeholder)),
            )
            return await ask(it)

    return asyncio.run(run())


def record(name: str, ask: Ask, home: Path, arrange: Callable[[Sandbox], None] | None) -> None:
    (CASSETTES / f"{name}.yaml").unlink(missing_ok=True)
    if RECORD != "1":
        _take_down(name, tomllib.loads(Path(RECORD).read_text(encoding="utf-8")), ask, home)
        return
    with Sandbox(clock=lambda: NOW, catalogue=False) as box:
        box.erp.switches.limits = False
        account = in_the_sandbox(box)
        if arrange:
            arrange(box)
        _take_down(name, account, ask, home)


def _take_down(name: str, account: dict[str, Any], ask: Ask, home: Path) -> None:
    with cassette(name, "all", Scrubber(account["real"])):
        try:
            talk(account, home, ask, [])
        except SyncError:
            return  # playing it tells the test


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """`recorded("product", lambda it: ...)`: what comes of it when the cassette is played."""
    monkeypatch.setattr("contaazul_sync.net.transport.FIRST_PAUSE", 0.01)

    def play(name: str, ask: Ask, arrange: Callable[[Sandbox], None] | None = None) -> Any:
        if RECORD not in {"", "1"} and arrange:
            pytest.skip("a real account does not fail on order: the cassette of the sandbox stays")
        if RECORD:
            record(name, ask, tmp_path / "recording", arrange)
        with cassette(name, "none", Scrubber()) as tape:
            try:
                return talk(PLAYED, tmp_path / "playing", ask, play.naps)  # type: ignore[attr-defined]
            finally:
                assert tape.all_played
                play.tape = tape  # type: ignore[attr-defined]

    play.naps = []  # type: ignore[attr-defined]
    return play


# The ERP


def test_account(recorded):
    account = recorded("account", lambda it: it.erp.account())

    assert account == Account(COMPANY, "NOME_FANTASIA", "DOCUMENTO")


def test_products(recorded):
    async def ask(it):
        listed = [product async for page in it.erp.list_products() for product in page]
        return listed, await it.erp.find_products(SKU), await it.erp.find_products_by_ean(EAN)

    listed, by_sku, by_ean = recorded("products", ask)

    assert by_sku == by_ean
    assert by_sku[0] in listed
    assert (by_sku[0].id, by_sku[0].price, by_sku[0].balance) == (PRODUCT, 7990, 2)


def test_product(recorded):
    product = recorded("product", lambda it: it.erp.product(ErpId(it.real(PRODUCT))))

    assert (product.id, product.sku, product.price, product.balance) == (PRODUCT, SKU, 7990, 2)


def test_create_product(recorded):
    created = recorded("create_product", lambda it: it.erp.create_product(NEW_PRODUCT, it_is_noted))

    assert created.startswith("00000000-0000-4000-8000-")


def test_change_product(recorded):
    async def ask(it):
        product = ErpId(it.real(PRODUCT))
        await it.erp.set_price(product, 8449)
        await it.erp.set_balance(product, Decimal(9))

    assert recorded("change_product", ask) is None
    assert [request.body for request in recorded.tape.requests] == [
        b'{"valor_venda": 84.49}',
        b'{"estoque": {"estoque_disponivel": 9}}',
    ]


def test_ncm(recorded):
    assert recorded("ncm", lambda it: it.erp.find_ncm("61091000")) == 617762


def test_units(recorded):
    assert recorded("units", lambda it: it.erp.find_unit("UN")) == 51617379


def test_people(recorded):
    [person] = recorded("people", lambda it: it.erp.find_people(it.real(DOCUMENT)))

    assert (person.id, person.document) == (PERSON, DOCUMENT)
    assert person.profiles == {Profile.CUSTOMER, Profile.SUPPLIER}


def test_create_person(recorded):
    created = recorded(
        "create_person", lambda it: it.erp.create_person(new_person(it.real(NEW_DOCUMENT)), it_is_noted)
    )

    assert created.startswith("00000000-0000-4000-8000-")


def test_change_person(recorded):
    async def ask(it):
        row = {"id": it.real(PERSON), "perfis": ["Fornecedor"]}
        await it.erp.make_customer(read_person(row))

    assert recorded("change_person", ask) is None


def test_next_number(recorded):
    assert recorded("next_number", lambda it: it.erp.next_number()) == 1002


def test_sale_search(recorded):
    [sale] = recorded("sale_search", lambda it: it.erp.find_sales(1001))

    assert (sale.id, sale.number, sale.notes) == (SALE, 1001, "[loja:pedido 77001]")


def test_sale(recorded):
    sale = recorded("sale", lambda it: it.erp.sale(ErpId(it.real(SALE))))

    assert (sale.number, sale.total, sale.situation, sale.cancelled) == (1001, 15980, "APROVADO", False)


def test_create_sale(recorded):
    def ask(it):
        return it.erp.create_sale(new_sale(1002, it.real(PERSON), it.real(PRODUCT)), it_is_noted)

    created = recorded("create_sale", ask)

    assert created.startswith("00000000-0000-4000-8000-")


# The shop


def test_shop_products(recorded):
    async def ask(it):
        return [product async for page in it.shop.products(NOW) for product in page]

    [product] = recorded("shop_products", ask)

    assert (product.sku, product.price, product.promotional, product.stock) == (SKU, 7990, None, 2)


def test_shop_orders(recorded):
    async def ask(it):
        return [order async for page in it.shop.orders(NOW) for order in page]

    [order] = recorded("shop_orders", ask)

    assert isinstance(order, Order)
    assert (order.payment, order.total, order.buyer.document) == (Payment.PAID, 17000, DOCUMENT)
    assert (order.buyer.name, order.buyer.email) == ("PAYER_NAME", "PAYER_EMAIL")


def test_shop_order(recorded):
    order = recorded("shop_order", lambda it: it.shop.order(it.real(ORDER)))

    assert (order.id, order.total, [line.sku for line in order.lines]) == (ORDER, 17000, [SKU])


# The sign-in


def test_token(recorded):
    async def ask(it):
        held = await it.tokens.exchange(it.code, it.redirect_uri)
        await it.tokens.keep(held, it.real(COMPANY))
        return held, await it.tokens.access(rejected=held.access_token)

    held, renewed = recorded("token", ask)

    assert (held.access_token, held.refresh_token) == ("ACCESS_TOKEN", "REFRESH_TOKEN")
    assert renewed == "ACCESS_TOKEN"


def test_revoke(recorded):
    assert recorded("revoke", lambda it: it.tokens.revoke(it.erp_url, it.real(COMPANY))) is True


# The errors


def test_error_400(recorded):
    with pytest.raises(Refused, match="O campo 'tipo_pessoa' é obrigatório"):
        recorded("error_400", lambda it: it.erp.create_person({"nome": "Ana Souza"}, it_is_noted))


def test_error_401(recorded):
    account = recorded("error_401", lambda it: it.erp.account(), lambda box: box.erp.expire_access())

    assert account.company_id == COMPANY
    assert [request.path for request in recorded.tape.requests] == [
        "/v1/pessoas/conta-conectada",
        "/oauth/token",
        "/v1/pessoas/conta-conectada",
    ]


def test_error_404(recorded):
    with pytest.raises(Missing):
        recorded("error_404", lambda it: it.erp.product(ErpId(NOBODY)))


def test_error_429(recorded):
    def arrange(box):
        box.erp.faults.add("429", "GET", "/v1/venda/proximo-numero")

    number = recorded("error_429", lambda it: it.erp.next_number(), arrange)

    assert number == 1002
    assert len(recorded.naps) == 1


def test_error_500(recorded):
    def ask(it):
        return it.erp.create_person(new_person(it.real(NEW_DOCUMENT)), it_is_noted)

    with pytest.raises(Unanswered):
        recorded("error_500", ask, lambda box: box.erp.faults.add("500_after", "POST", "/v1/pessoas"))

    assert len(recorded.tape.requests) == 1


# The recorder itself


def test_every_cassette_has_its_test():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}

    assert {path.stem for path in CASSETTES.glob("*.yaml")} <= tests


def test_what_is_not_on_a_cassette_goes_nowhere(tmp_path):
    with cassette("account", "none", Scrubber()), pytest.raises(CannotOverwriteExistingCassetteException):
        talk(PLAYED, tmp_path / "home", lambda it: it.erp.next_number(), [])


@pytest.mark.parametrize("change", [{"valor_venda": 84.5}, {"valor_venda": 84.49, "nome": "x"}])
def test_another_body_is_another_request(tmp_path, change):
    def ask(it: It) -> Awaitable[Any]:
        return it.erp.http.change("PATCH", f"/v1/produtos/{PRODUCT}", change)

    tape = cassette("change_product", "none", Scrubber())

    with tape, pytest.raises(CannotOverwriteExistingCassetteException):
        talk(PLAYED, tmp_path / "home", ask, [])


def test_playing_leaves_httpx_as_it_was(tmp_path):
    before = httpx.AsyncHTTPTransport.handle_async_request

    with cassette("account", "none", Scrubber()):
        assert httpx.AsyncHTTPTransport.handle_async_request is not before
        talk(PLAYED, tmp_path / "home", lambda it: it.erp.account(), [])

    assert httpx.AsyncHTTPTransport.handle_async_request is before
    assert before.__module__ == "httpx._transports.default"
