"""The schemas of the ERP's operations (tests/schemas), as they are kept and as validators.

A file holds one operation: its title is the method and the path, and `$defs` has what belongs to it: `query`,
`headers` and `request` of what is asked, and the body of each status that answers. README.md there says what
the keys with `x-` mean. What a schema does not name is an error, in a request and in an answer alike.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

FOLDER = Path(__file__).parents[1] / "schemas"
ASKED = ("headers", "query", "request")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
NOTHING: Mapping[str, Any] = {  # what an operation takes that says nothing about it
    "headers": {},
    "query": {"type": "object", "properties": {}},
    "request": {"type": "null"},
}
FORMATS = FormatChecker(["date", "uuid"])
PATCHES = ("x-production", "x-switched")

Schema = dict[str, Any]
Switched = frozenset[str]  # the names of the sandbox's switches that are not as production is
NO_SWITCH: Switched = frozenset()


@FORMATS.checks("date-time")
def is_moment(value: object) -> bool:
    """The ERP writes its date-times without an offset, which RFC 3339 wants."""
    return not isinstance(value, str) or MOMENT.fullmatch(value) is not None


@dataclass(frozen=True)
class Operation:
    """One operation of the ERP. `path` has its variables in braces."""

    name: str
    method: str
    path: str
    document: Schema

    @property
    def title(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parts(self) -> Schema:
        """All of `$defs`, the schemas that others point at included."""
        return dict(self.document["$defs"])

    @property
    def statuses(self) -> set[int]:
        """The statuses with which it is known to answer."""
        return {int(name) for name in self.parts if name.isdecimal()}

    def takes(self, method: str, path: str) -> bool:
        """Whether a request is one of this operation. Every id has a digit in it, no fixed part has."""
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]*[0-9][^/]*", re.escape(self.path))
        return method == self.method and re.fullmatch(pattern, path) is not None

    def schema(self, part: str, switched: Switched = NO_SWITCH) -> Schema:
        """What production takes, or gives: complete, and closed. `switched`: where the sandbox differs."""
        told = self.parts.get(part) or NOTHING[part]
        known: Schema = production(told, self.document, switched)
        if part == "headers":  # there are always some that are nobody's business
            return known
        held: Schema = closed(known if part in ASKED else loose(known))
        return held


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation that has a schema; a fixed path stands before the one with a variable in its place."""
    found = []
    for path in FOLDER.rglob("*.json"):
        document = json.loads(path.read_text("utf-8"))
        method, _, address = document["title"].partition(" ")
        name = path.relative_to(FOLDER).with_suffix("").as_posix()
        found.append(Operation(name, method, address, document))
    return tuple(sorted(found, key=lambda each: (each.path.count("{"), each.name)))


def named(name: str) -> Operation:
    """The operation of a file: `sales/create`."""
    return next(each for each in operations() if each.name == name)


@cache
def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a request belongs to. `/oauth2/token` is the former address of `/oauth/token`."""
    here = path.replace("/oauth2/", "/oauth/")
    return next((each for each in operations() if each.takes(method, here)), None)


@cache
def parameters(name: str) -> Schema:
    """The query parameters that an operation knows, each with its schema."""
    return dict(named(name).schema("query")["properties"])


@cache
def validator(name: str, part: str, switched: Switched = NO_SWITCH) -> Draft202012Validator:
    """The validator of a part: `query`, `headers`, `request`, or a status.

    That it is a schema at all is held by a test of its own (tests/erp/test_schemas_judge.py), once for each.
    """
    return Draft202012Validator(named(name).schema(part, switched), format_checker=FORMATS)


@cache
def switches() -> Switched:
    """The switches of the sandbox that make its answers other than production's, and how is written."""
    return frozenset(name for each in operations() for name in _switches(each.document))


def _switches(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("x-switched", {})
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _switches(each)


def production(schema: Any, document: Schema, switched: Switched = NO_SWITCH) -> Any:
    """A schema with what production is known to do instead, and with every reference filled in."""
    if isinstance(schema, list):
        return [production(each, document, switched) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if patches := _patches(schema, switched):
        plain = {name: value for name, value in schema.items() if name not in PATCHES}
        return production(reduce(merged, patches, plain), document, switched)
    if "$ref" in schema:
        beside = {name: each for name, each in schema.items() if name != "$ref"}
        return production({**resolved(schema["$ref"], document), **beside}, document, switched)
    return {
        name: production(each, document, switched) for name, each in schema.items() if name not in PATCHES
    }


def _patches(schema: Schema, switched: Switched) -> list[Schema]:
    """What is to be changed in a schema: what production does, and then what a switch does."""
    made = [each for name, each in schema.get("x-switched", {}).items() if name in switched]
    return [*([schema["x-production"]] if "x-production" in schema else []), *made]


def resolved(reference: str, document: Schema) -> Schema:
    """The schema that a reference within its own document points at."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def merged(value: Schema, patch: Schema) -> Schema:
    """A JSON merge patch (RFC 7386), applied."""
    result = dict(value)
    for name, each in patch.items():
        if each is None:
            result.pop(name, None)
        else:
            known = result.get(name)
            result[name] = merged(known, each) if isinstance(known, dict) and isinstance(each, dict) else each
    return result


def closed(schema: Any) -> Any:
    """A schema whose objects hold nothing that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(value) for name, value in schema.items()}
    names_all = schema.get("type") in ("object", ["object", "null"]) and "properties" in schema
    return shut | {"additionalProperties": False} if names_all else shut


def loose(schema: Any) -> Any:
    """An answer's schema: null stands for what is not set, except where something is always there."""
    if isinstance(schema, list):
        return [loose(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {name: loose(value) for name, value in schema.items() if name not in ("properties", "x-always")}
    if "properties" in schema:
        always = schema.get("x-always", [])
        result["properties"] = {
            name: loose(each) if name in always else or_null(loose(each))
            for name, each in schema["properties"].items()
        }
        result["required"] = sorted({*schema.get("required", []), *always})
    return result


def or_null(schema: Schema) -> Schema:
    """A schema that lets null pass too."""
    result = dict(schema)
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        result["type"] = [*kinds, *(["null"] if "null" not in kinds else [])]
    if "enum" in schema:
        result["enum"] = [*schema["enum"], None]
    return result
