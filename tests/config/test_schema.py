"""The JSON Schema: whole, and of each kind of connector a branch of its own."""

import json
import re

from config.schema import json_schema
from tests.config.options import OPTION_TYPES


def test_each_kind_has_the_common_keys_and_its_own() -> None:
    schema = json_schema(OPTION_TYPES)
    branches = schema["properties"]["connectors"]["additionalProperties"]["oneOf"]
    by_kind = {branch["properties"]["kind"]["const"]: branch for branch in branches}
    assert set(by_kind) == set(OPTION_TYPES)
    assert {"user", "read", "tz", "url", "password_file"} <= set(by_kind["server"]["properties"])
    assert by_kind["server"]["required"] == ["kind", "url", "user", "username"]
    assert "from" in by_kind["email"]["properties"]
    assert by_kind["folder"]["additionalProperties"] is False


def test_what_it_refers_to_is_there() -> None:
    schema = json_schema(OPTION_TYPES)
    named = set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', json.dumps(schema)))
    assert named
    assert named <= set(schema["$defs"])


def test_lengths_of_time_and_zones_are_texts_in_the_file() -> None:
    properties = json_schema({})["properties"]
    assert properties["sync"]["properties"]["every"]["type"] == "string"
    assert properties["sync"]["properties"]["every"]["default"] == "5m"
    assert properties["users"]["additionalProperties"]["properties"]["timezone"]["type"] == "string"
