"""The JSON Schema of the configuration file, for editors and for those who write it by program."""

from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from config.configuration import OptionTypes
from config.sections import NAMED_TABLES, sections
from config.settings import ConnectorKeys

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEFINITION = "#/$defs/{model}"


def json_schema(option_types: OptionTypes) -> dict[str, Any]:
    """Describe the file; each kind of connector is a branch with the common keys and its own."""
    models: list[type[BaseModel]] = [*sections().values(), *NAMED_TABLES.values(), ConnectorKeys]
    models += [model for model in dict.fromkeys(option_types.values())]
    wanted: list[tuple[type[BaseModel], Literal["validation"]]] = [(model, "validation") for model in models]
    places, definitions = models_json_schema(wanted, ref_template=_DEFINITION)
    defined = definitions["$defs"]

    def table(model: type[BaseModel]) -> dict[str, Any]:
        found: dict[str, Any] = defined[places[model, "validation"]["$ref"].rpartition("/")[2]]
        return found

    branches = [_branch(kind, table(ConnectorKeys), table(model)) for kind, model in option_types.items()]
    return {
        "$schema": _DIALECT,
        "title": "gatherly.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: table(model) for name, model in sections().items()}
        | {
            name: {"type": "object", "additionalProperties": table(model)}
            for name, model in NAMED_TABLES.items()
        }
        | {
            "connectors": {"type": "object", "additionalProperties": {"oneOf": branches}},
        },
        "$defs": defined,
    }


def _branch(kind: str, common: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    properties = common["properties"] | own["properties"] | {"kind": {"const": kind}}
    required = {*common.get("required", ()), *own.get("required", ())}
    return {
        "type": "object",
        "title": kind,
        "description": own.get("description", ""),
        "properties": properties,
        "required": sorted(required),
        "additionalProperties": False,
    }
