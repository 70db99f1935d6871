"""The lists that never change (NCM, CEST, units, accounts, sellers ...), and how an entry is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NCMS: Mapping[int, tuple[str, str]] = {
    617762: ("61091000", "Camisetas de malha de algodão"),
    617763: ("62034200", "Calças e bermudas de algodão"),
    617764: ("42022220", "Bolsas e mochilas"),
    617765: ("65050022", "Bonés"),
    617766: ("69120000", "Louça e outros artigos de uso doméstico, de cerâmica"),
    617767: ("63026000", "Roupas de toucador ou de cozinha, de tecidos atoalhados"),
    617768: ("34060000", "Velas, pavios e artigos semelhantes"),
    617769: ("48201000", "Cadernos e blocos"),
    617770: ("33049910", "Cremes de beleza e loções tônicas"),
    617771: ("09012100", "Café torrado, não descafeinado"),
    617772: ("94052100", "Luminárias de LED"),
    617773: ("44191900", "Artigos de madeira para mesa ou cozinha"),
}
CESTS: Mapping[int, tuple[str, str]] = {
    8801: ("1709600", "Café torrado e moído"),
    8802: ("2001500", "Cremes de beleza"),
}
UNITS: Mapping[int, tuple[str, str]] = {
    51617379: ("UN", "Unidade"),
    51617380: ("KG", "Quilograma"),
    51617381: ("CX", "Caixa"),
    51617382: ("PAR", "Par"),
}
DEFAULT_UNIT = 51617379
CATEGORY: Mapping[str, Any] = {
    "id": 61589260,
    "uuid": "b96ad226-588e-49b2-bdc7-9c97d97ffa22",
    "descricao": "Outras",
}
ACCOUNTS: tuple[Mapping[str, Any], ...] = (
    {
        "id": "0a6f6c2e-1111-4222-8333-944445555666",
        "nome": "Conta corrente da loja",
        "banco": "OUTROS",
        "tipo": "CONTA_CORRENTE",
        "ativo": True,
        "conta_padrao": True,
    },
    {
        "id": "0a6f6c2e-1111-4222-8333-944445555667",
        "nome": "Caixinha antiga",
        "banco": "NAO_BANCO",
        "tipo": "CAIXINHA",
        "ativo": False,
        "conta_padrao": False,
    },
)
SELLERS: tuple[Mapping[str, Any], ...] = (
    {"id": "cd3d1b70-2f0e-4a55-9d5e-61c2a7f0b801", "nome": "Caio Lima", "id_legado": None},
    {"id": "cd3d1b70-2f0e-4a55-9d5e-61c2a7f0b802", "nome": "Bia Torres"},
)
REVENUES: tuple[Mapping[str, Any], ...] = (
    {"id": "e5b3f0a1-7a55-4c0e-9b1f-3f60c1d2a901", "nome": "Vendas de produtos", "tipo": "RECEITA"},
    {"id": "e5b3f0a1-7a55-4c0e-9b1f-3f60c1d2a902", "nome": "Compras de mercadorias", "tipo": "DESPESA"},
)


def described(table: Mapping[int, tuple[str, str]], key: int | None) -> dict[str, Any]:
    """An NCM or CEST as products show it, {} for none."""
    if key is None:
        return {}
    code, description = table.get(key, ("", ""))
    return {"id": key, "codigo": code, "descricao": description}


def unit(key: int) -> dict[str, Any]:
    """A measure unit as products show it."""
    return {"id": key, "descricao": UNITS.get(key, ("UN", ""))[0]}
