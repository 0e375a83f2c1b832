"""`gatherly config`: what holds, where it comes from, and no secret told."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from daemon.commands.config import schema, show
from engine.errors import ConfigurationError
from tests.worlds.command_line import printed

MAIN = """
[store]
url = "postgresql+psycopg://gatherly:canary@db/gatherly"
[users."alice@example.com"]
timezone = "Europe/Berlin"
working_hours = { start = "09:00", end = "17:00" }
[connectors.feed]
kind = "ics"
user = "alice@example.com"
url = "https://example.com/canary.ics"
"""
BROKEN = '[connectors.other]\nkind = "folder"\nuser = "alice@example.com"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "gatherly.toml"
    file.write_text(MAIN)
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "sync.toml").write_text('[sync]\nevery = "10m"\n')
    (tmp_path / "conf.d" / "other.toml").write_text(BROKEN)
    return file


def shown(file: Path, *, as_json: bool) -> str:
    with patch.dict(os.environ, {"GATHERLY_CONNECTORS__FEED__TZ": "UTC"}):
        code, out = printed(lambda: show(file, as_json=as_json))
    assert code == 0
    return out


def document(file: Path) -> Any:
    return json.loads(shown(file, as_json=True))


def test_the_merged_values_are_shown_with_their_origins(file: Path) -> None:
    told = document(file)
    assert told["settings"]["sync"]["every"] == "10m"
    assert told["origins"]["sync.every"] == f"{file.parent}/conf.d/sync.toml:2"
    assert told["origins"]["sync.horizon"] == "default"
    assert told["origins"]["connectors.feed.tz"] == "environment"
    assert told["origins"]['users."alice@example.com".timezone'] == f"{file}:5"


def test_secrets_are_masked(file: Path) -> None:
    for as_json in (True, False):
        assert "canary" not in shown(file, as_json=as_json)
    told = document(file)
    assert told["settings"]["connectors"]["feed"]["url"] == "********"
    assert told["settings"]["store"]["url"] == "postgresql+psycopg://gatherly:********@db/gatherly"


def test_what_is_disabled_is_told_with_the_reason(file: Path) -> None:
    (disabled,) = document(file)["disabled"]
    assert (disabled["name"], disabled["user"]) == ("other", "alice@example.com")
    assert "connectors.other.path: is missing" in disabled["reason"]
    assert "# disabled: connectors.other: " in shown(file, as_json=False)


def test_the_text_is_toml_that_says_the_same(file: Path) -> None:
    assert tomllib.loads(shown(file, as_json=False)) == document(file)["settings"]


def test_a_configuration_that_cannot_be_used_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        shown(tmp_path / "none.toml", as_json=False)


def test_the_schema_is_one_json_document() -> None:
    code, out = printed(schema)
    assert code == 0
    assert json.loads(out)["title"] == "gatherly.toml"
