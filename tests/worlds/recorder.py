"""Records cassettes and plays them, and lets nothing personal or secret into one.

What goes into a cassette passes `Scrubber` first, requests and answers alike. Requests pass it again when
they are compared with a cassette, so that a test may speak of the placeholders: CPF1, or the id of a product.
"""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import vcr
from vcr.request import Request

from contaazul_sync.erp.answers import compact
from contaazul_sync.erp.client import ContaAzul
from contaazul_sync.erp.oauth import Tokens
from contaazul_sync.sandbox.common.wire import dump, parse
from contaazul_sync.shops.merchant import Merchant

CASSETTES = Path(__file__).parents[2] / "cassettes"
ERP_URL = "https://api-v2.contaazul.com"
SHOP_URL = "https://api-dashboard-v2.webstore.net.br/apidashboard/v2"

PRODUCT = "00000000-0000-4000-8000-000000000001"
PERSON = "00000000-0000-4000-8000-000000000002"
SALE = "00000000-0000-4000-8000-000000000003"
NOBODY = "00000000-0000-4000-8000-000000000009"
DOCUMENT, NEW_DOCUMENT, COMPANY, ORDER = "CPF1", "CPF2", "COMPANY1", "ORDER1"
PLACEHOLDERS = {PRODUCT, PERSON, SALE, NOBODY, DOCUMENT, NEW_DOCUMENT, COMPANY, ORDER}

HEADERS = {"content-type", "retry-after"}  # all that is kept of them
SECRETS = {"access_token", "refresh_token", "id_token", "code", "redirect_uri"}
PERSONAL = {"documento", "cpf", "cnpj", "rg", "razao_social", "nome_fantasia", "nome_empresa", "email"}
PERSONAL |= {"telefone", "telefone_celular", "telefone_comercial", "data_nascimento", "data_fundacao"}
PEOPLE = {
    "cliente",
    "vendedor",
    "endereco",
    "enderecos",
    "outros_contatos",
}  # everything inside is of a person
NOT_PERSONAL = {
    "id",
    "uuid",
    "uuid_legado",
    "tipo_pessoa",
    "perfis",
    "tipo_perfil",
    "pais",
    "origem",
    "error",
}
NOT_PERSONAL |= {"message", "data_criacao", "data_alteracao", "id_empresa"}

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NUMBERS = re.compile(
    r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}\b|\b\d{11}\b|\b\d{14}\b"
)


@dataclass
class Scrubber:
    """Puts placeholders in the place of what is real. `real`: the real value of each placeholder."""

    real: Mapping[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def request(self, request: Request) -> Request:
        """The request without its host, its secrets and its people."""
        scrubbed = copy.copy(request)
        parts = urlsplit(request.uri)
        base = SHOP_URL if parts.path.startswith(urlsplit(SHOP_URL).path) else ERP_URL
        query = urlencode([(name, self.text(value)) for name, value in parse_qsl(parts.query)])
        path = "/".join(map(self.text, parts.path.split("/")))
        scrubbed.uri = f"https://{urlsplit(base).hostname}{path}{'?' if query else ''}{query}"
        scrubbed.headers = {name: value for name, value in request.headers.items() if name.lower() in HEADERS}
        if request.body:
            form = "x-www-form-urlencoded" in str(request.headers.get("content-type", ""))
            scrubbed.body = self._form(request.body) if form else self._body(request.body, parts.path)
        return scrubbed

    def response(self, response: dict[str, Any]) -> dict[str, Any]:
        """The answer without its secrets and its people. Which path it is of is seen from its fields."""
        scrubbed = copy.deepcopy(response)
        scrubbed["headers"] = {
            name: value for name, value in response["headers"].items() if name.lower() in HEADERS
        }
        if body := response["body"]["string"]:
            scrubbed["body"]["string"] = self._body(body, "")
        return scrubbed

    def _form(self, body: bytes) -> bytes:
        pairs = parse_qsl(body.decode())
        return urlencode(
            [(name, name.upper() if name in SECRETS else value) for name, value in pairs]
        ).encode()

    def _body(self, body: bytes, path: str) -> bytes:
        parsed = parse(body)
        if parsed is None:
            return self.text(body.decode()).encode()
        return dump(self._json(parsed, "", of_person="/pessoas" in path))

    def _json(self, value: Any, name: str, *, of_person: bool) -> Any:
        if isinstance(value, dict):
            of_person = of_person or name in PEOPLE or bool({"tipo_pessoa", "razao_social"} & value.keys())
            return {key: self._json(each, key, of_person=of_person) for key, each in value.items()}
        if isinstance(value, list):
            return [self._json(each, name, of_person=of_person) for each in value]
        if not isinstance(value, str) or not value:
            return 0 if name == "id_cidade" else value
        personal = name in SECRETS | PERSONAL or name.startswith("payer_")
        if personal or name in PEOPLE or (of_person and name not in NOT_PERSONAL):
            known = {compact(real): placeholder for placeholder, real in self.real.items()}
            return known.get(compact(value), value if value in PLACEHOLDERS else name.upper())
        return self.text(value)

    def text(self, text: str) -> str:
        """Some text, without what may be seen in it by its form."""
        for placeholder, real in self.real.items():
            text = re.sub(rf"(?<![\w-]){re.escape(real)}(?![\w-])", placeholder, text)
        return NUMBERS.sub("NUMBER", MAIL.sub("EMAIL", UUID.sub(self._id, text)))

    def _id(self, found: re.Match[str]) -> str:
        if found[0].startswith("00000000-0000-4000-8000-"):
            return found[0]
        return self.ids.setdefault(found[0], f"00000000-0000-4000-8000-{len(self.ids) + 10:012d}")


@dataclass
class It:
    """What a test talks to, while it is recorded and while it is played."""

    erp: ContaAzul
    shop: Merchant
    tokens: Tokens
    erp_url: str
    code: str
    redirect_uri: str
    real: Callable[[str], str]
    naps: list[float] = field(default_factory=list)


def cassette(name: str, mode: str, scrubber: Scrubber) -> Any:
    """A cassette to record ("all") or to play ("none"). `with` gives the cassette."""
    return vcr.VCR(
        record_mode=mode,
        match_on=("method", "host", "path", "query", "body"),
        before_record_request=scrubber.request,
        before_record_response=scrubber.response,
    ).use_cassette(str(CASSETTES / f"{name}.yaml"))
