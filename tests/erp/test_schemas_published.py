"""Our schemas say what the ERP's published ones say: no field more, none less, and in the same words."""

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.worlds.schemas import Operation, named, operations, resolved

PUBLISHED = Path(__file__).parents[3] / "shared" / "contracts"
FACTS = ("type", "enum", "required", "pattern")
LIMITS = ("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength")
FORMATS = ("date", "date-time", "uuid")  # int64 and double say nothing about JSON
OURS = [each for each in operations() if each.document["x-from"].endswith(".openapi.yml")]

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the ERP's published schemas are not there")

Facts = dict[str, Any]


def facts(schema: Any, whole: Any, at: str) -> Iterator[tuple[str, Any]]:
    """What a schema says, one fact a line: "request/itens/[]/valor type" is "number"."""
    if "$ref" in schema:  # what stands beside it does not count, in OpenAPI 3.0
        yield from facts(resolved(schema["$ref"], whole), whole, at)
        return
    for name in (*FACTS, *LIMITS):
        if name in schema:
            yield f"{at} {name}", _fact(schema, name)
    if schema.get("format") in FORMATS:
        yield f"{at} format", schema["format"]
    for name, each in schema.get("properties", {}).items():
        yield f"{at}/{name}", "a field"
        yield from facts(each, whole, f"{at}/{name}")
    if "items" in schema:
        yield from facts(schema["items"], whole, f"{at}/[]")


def _fact(schema: Any, name: str) -> Any:
    value = schema[name]
    if name == "type" and schema.get("nullable"):  # as OpenAPI 3.0 says it
        return [value, "null"]
    return sorted(value) if name == "required" else value


def ours(operation: Operation) -> Facts:
    """What our file says, without what only production does."""
    parts = {
        name: each
        for name, each in operation.parts.items()
        if name in ("query", "request") or name[0].isdigit()
    }
    published = {name: each for name, each in parts.items() if {*each} - {"x-production", "x-source"}}
    return dict(fact for name, each in published.items() for fact in facts(each, operation.document, name))


@cache
def the_file(name: str) -> Any:
    return yaml.safe_load((PUBLISHED / name).read_text("utf-8"))


def theirs(operation: Operation) -> Facts:
    """What the published file says about the same operation."""
    whole = the_file(operation.document["x-from"])
    entry = whole["paths"][operation.path][operation.method.lower()]
    parts: dict[str, Any] = {}
    if asked := [each for each in entry.get("parameters", []) if each["in"] == "query"]:
        required = [each["name"] for each in asked if each.get("required")]
        parts["query"] = {"type": "object", "properties": {each["name"]: each["schema"] for each in asked}}
        parts["query"] |= {"required": required} if required else {}
    if "requestBody" in entry:
        parts["request"] = body(entry["requestBody"])
    parts |= {status: body(each) for status, each in entry["responses"].items() if status < "300"}
    return dict(fact for name, each in parts.items() for fact in facts(each, whole, name))


def body(told: Any) -> Any:
    """The schema of a body; of one that is empty where none is told."""
    return told["content"]["application/json"]["schema"] if "content" in told else {"type": "null"}


def differences(operation: Operation) -> list[str]:
    """Where the two disagree, each as a sentence."""
    here, there = ours(operation), theirs(operation)
    return [
        f"{name}: we say {here.get(name)!r}, they say {there.get(name)!r}"
        for name in sorted(here.keys() | there.keys())
        if here.get(name) != there.get(name)
    ]


@pytest.mark.parametrize("operation", OURS, ids=lambda each: each.name)
def test_a_schema_says_what_the_published_one_says(operation):
    assert differences(operation) == []


def test_every_published_family_that_we_use_is_compared():
    assert {each.name.partition("/")[0] for each in OURS} == {"sales", "lists", "receivables"}
    assert all(len(theirs(each)) > 0 for each in OURS)


def spoilt(name: str, path: str, value: Any) -> Operation:
    """An operation of ours with one thing changed, at a path in `$defs`; None takes it away."""
    operation = named(name)
    document = copy.deepcopy(operation.document)
    *way, last = path.split("/")
    place = document["$defs"]
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return Operation(operation.name, operation.method, operation.path, document)


@pytest.mark.parametrize(
    ("name", "path", "value", "told"),
    [
        ("sales/create", "request/properties/cor", {"type": "string"}, "request/cor: we say 'a field'"),
        ("sales/create", "request/properties/observacoes", None, "request/observacoes: we say None"),
        ("sales/create", "request/properties/numero/type", "string", "request/numero type: we say 'string'"),
        ("sales/create", "request/required", ["numero"], "request required: we say ['numero']"),
        ("sales/create", "200/properties/id/format", None, "200/id format: we say None"),
        ("sales/change", "request/properties/situacao/enum", ["APROVADO"], "request/situacao enum: we say"),
        ("sales/search", "query/properties/numero", {"type": "integer"}, "query/numero: we say 'a field'"),
        ("lists/categories", "query/required", None, "query required: we say None"),
        ("receivables/settle", "ValorComposicaoDTO/required", None, "composicao_valor required: we say None"),
        ("receivables/undo", "200/type", "object", "200 type: we say 'object'"),
    ],
)
def test_what_a_schema_invents_or_leaves_out_is_found(name, path, value, told):
    found = differences(spoilt(name, path, value))

    assert any(told in each for each in found), found
