"""An OpenAPI schema as a person reads it: one line a call, its fields with their types in words. Pure."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

METHODS = ("get", "post", "put", "patch", "delete")

Schema = Mapping[str, Any]


class Field(NamedTuple):
    name: str
    type: str
    required: bool
    meaning: str


class Operation(NamedTuple):
    method: str
    path: str
    who: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    success: str


def operations(schema: Schema, who: Mapping[tuple[str, str], str]) -> list[Operation]:
    """Every call in the order of its path; `who` says who may call (METHOD, path)."""
    return [
        _operation(schema, method.upper(), path, item[method], who.get((method.upper(), path), ""))
        for path, item in sorted(schema["paths"].items())
        for method in METHODS
        if method in item
    ]


def _operation(schema: Schema, method: str, path: str, call: Schema, who: str) -> Operation:
    return Operation(
        method,
        path,
        who,
        _summary(call),
        _said(call),
        [_parameter(schema, parameter) for parameter in call.get("parameters", [])],
        _body(schema, call),
        ", ".join(status for status in call.get("responses", {}) if status.startswith("2")),
    )


def _summary(call: Schema) -> str:
    """The first sentence of the description, else the handler's name as words."""
    sentence = re.split(r"(?<=\.)\s", _said(call))[0].rstrip(".")
    return sentence or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", call.get("summary", "")).capitalize()


def _said(call: Schema) -> str:
    return str(call.get("description", "")).replace("`", "").strip()


def _parameter(schema: Schema, parameter: Schema) -> Field:
    place = {"path": "part of the path", "header": "header", "cookie": "cookie"}.get(parameter["in"], "")
    meaning = ". ".join(part for part in (parameter.get("description", ""), place) if part)
    return Field(parameter["name"], _type(schema, parameter["schema"]), parameter.get("required", False), meaning)


def _body(schema: Schema, call: Schema) -> list[Field]:
    contents = call.get("requestBody", {}).get("content", {})
    content: Schema = next(iter(contents.values()), {})
    body = _resolved(schema, content.get("schema", {}))
    required = body.get("required", [])
    return [
        Field(name, _type(schema, kind), name in required, _resolved(schema, kind).get("description", ""))
        for name, kind in body.get("properties", {}).items()
    ]


def _type(schema: Schema, kind: Schema) -> str:
    kind = _resolved(schema, kind)
    if choices := kind.get("oneOf") or kind.get("anyOf"):
        types = (_type(schema, choice) for choice in choices if choice.get("type") != "null")
        return " or ".join(dict.fromkeys(types))
    if "enum" in kind:
        return ", ".join(str(value) for value in kind["enum"])
    if kind.get("type") == "array":
        return f"list of {_type(schema, kind.get('items', {}))}"
    named = kind.get("type", "anything")
    return f"{named} of at most {kind['maxLength']} characters" if "maxLength" in kind else str(named)


def _resolved(schema: Schema, kind: Schema) -> Schema:
    if reference := kind.get("$ref"):
        found: Schema = schema["components"]["schemas"][reference.rpartition("/")[2]]
        return found
    return kind
