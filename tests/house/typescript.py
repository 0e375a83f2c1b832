"""The documents of the HTTP interface as TypeScript, made from the OpenAPI description."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

HEAD = """// The documents that gatherly's HTTP interface takes and gives, made from /openapi.json.
// Times are RFC 3339 in UTC with Z. Later releases may add keys.
"""
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
Schema = Mapping[str, Any]


def typescript(document: Schema) -> str:
    """Write every schema of an OpenAPI description as an exported type."""
    return HEAD + "".join(f"\n{block}" for block in _blocks(document["components"]["schemas"]))


def _blocks(schemas: Mapping[str, Schema]) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        about = " ".join(str(schema.get("description", "")).split("\n\n")[0].split())
        comment = f"/** {about} */\n" if about else ""
        if "properties" in schema:
            yield f"{comment}export interface {_name(name)} {{\n{''.join(_fields(schema))}}}\n"
        else:
            yield f"{comment}export type {_name(name)} = {_type(schema)};\n"


def _fields(schema: Schema) -> Iterator[str]:
    required = set(schema.get("required", ()))
    for key, value in schema["properties"].items():
        about = value.get("description")
        comment = f"  /** {about} */\n" if about else ""
        yield f"{comment}  {key}{'' if key in required else '?'}: {_type(value)};\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        return " | ".join(_type(each) for each in either)
    kind = schema.get("type")
    if kind == "array":
        inner = _type(schema.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if kind == "object":
        more = schema.get("additionalProperties")
        return f"Record<string, {_type(more) if isinstance(more, Mapping) else 'unknown'}>"
    return _PLAIN.get(str(kind), "unknown")


def _name(name: str) -> str:
    """Name a type: `Page[Session]` is `PageOfSession`."""
    return re.sub(r"\W+", "", re.sub(r"_(\w+)_$", r"Of\1", name))
