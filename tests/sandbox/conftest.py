"""Whoever asks the sandbox: signed-in clients for both sides, and a sale that the ERP takes."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from contaazul_sync.sandbox.server import Sandbox


class Client:
    """The ERP as its API shows it, signed in."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http
        self.tokens = self.sign_in()

    def address(self, **changes: str) -> str:
        box = self.sandbox
        query = {
            "response_type": "code",
            "client_id": box.client_id,
            "redirect_uri": box.redirect_uri,
            "state": "s1",
            "scope": "openid+profile+aws.cognito.signin.user.admin",
        } | changes
        return box.authorize_url + "?" + "&".join(f"{name}={value}" for name, value in query.items())

    def code(self) -> str:
        return parse_qs(urlsplit(self.sandbox.approve(self.address())).query)["code"][0]

    def token(self, path: str = "/oauth/token", **form: str) -> httpx.Response:
        auth = (self.sandbox.client_id, self.sandbox.client_secret)
        return self.http.post(self.sandbox.erp_url + path, data=form, auth=auth)

    def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.sandbox.redirect_uri}
        return self.token(**form | changes)

    def refresh(self, token: str) -> httpx.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def sign_in(self) -> dict[str, object]:
        return dict(self.exchange(self.code()).json())

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return self.http.request(method, self.sandbox.erp_url + path, headers=headers, **options)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self("GET", path, params=query)

    def post(self, path: str, body: object) -> httpx.Response:
        return self("POST", path, json=body)

    def patch(self, path: str, body: object) -> httpx.Response:
        return self("PATCH", path, json=body)

    def put(self, path: str, body: object) -> httpx.Response:
        return self("PUT", path, json=body)


@pytest.fixture(scope="session")
def http():
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture
def erp(sandbox, http):
    return Client(sandbox, http)


@pytest.fixture
def shop(sandbox, http):
    def get(path: str, **query: Any) -> Any:
        return http.get(f"{sandbox.shop_url}/{path}", params=query, headers={"authToken": sandbox.shop_token})

    return get


class Storefront:
    """The shop's storefront as a visitor's browser asks it, with the token that is good now."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def __call__(self, path: str, **query: Any) -> httpx.Response:
        known = {"LOJA": "20270", "LVdashview": "", "LvToken": self.sandbox.shop.storefront_token}
        return self.http.get(f"{self.sandbox.storefront_url}/{path}", params=known | query)

    def category(self, number: int, page: int = 1, **query: Any) -> Any:
        listing = f"_|_{number}_|__|__|__|__|__|_1_|__|__|__|__|__|__|_"
        return self("produtos/listagem", InfoListagem=listing, num_pagina=page, **query).json()

    def detail(self, product_id: int, **query: Any) -> Any:
        return self("produtos/dadosproduto", Produto=product_id, **query).json()


@pytest.fixture
def storefront(sandbox, http):
    return Storefront(sandbox, http)


@pytest.fixture
def woo(sandbox, http):
    keys = tuple(sandbox.woo_keys.split(":"))

    def get(path: str, auth: Any = keys, **query: Any) -> Any:
        return http.get(f"{sandbox.woo_url}/{path}", params=query, auth=auth)

    return get


@pytest.fixture
def ana(sandbox):
    return sandbox.erp.add_person("Ana Souza", "52998224725")


@pytest.fixture
def shirt(sandbox):
    return sandbox.erp.add_product("CAM-AZ-P", "Camiseta azul P", "59.90", 12)


@pytest.fixture
def body(ana, shirt):
    return {
        "id_cliente": ana,
        "numero": 1002,
        "situacao": "APROVADO",
        "data_venda": "2026-11-24",
        "observacoes": "[loja:pedido-88124]",
        "observacoes_pagamento": "Pix confirmado",
        "itens": [{"id": shirt, "descricao": "Camiseta azul P", "quantidade": 2, "valor": 59.9}],
        "composicao_de_valor": {"frete": 15.0, "desconto": {"tipo": "VALOR", "valor": 4.8}},
        "condicao_pagamento": {
            "tipo_pagamento": "PIX_PAGAMENTO_INSTANTANEO",
            "opcao_condicao_pagamento": "À vista",
            "nsu": "88124",
            "parcelas": [{"data_vencimento": "2026-11-24", "valor": 130.0, "descricao": "Pedido 88124"}],
        },
    }
