"""The example file: it loads, and names every key of the schema with its default."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

import config
from config.configuration import Configuration, Kinds
from config.display import shown
from config.loader import load
from config.sections import NAMED_TABLES, sections
from config.settings import ConnectorKeys
from connectors.registry import INVITING, options_types

EXAMPLE = Path(config.__file__).parent / "gatherly.example.toml"


@pytest.fixture
def example() -> Configuration:
    return load(EXAMPLE, kinds=Kinds(options_types(), INVITING), env={})


def test_it_loads_without_a_word_of_complaint(example: Configuration) -> None:
    assert example.problems == ()
    assert {connector.kind for connector in example.settings.connectors.values()} == set(options_types())


def test_it_names_every_key() -> None:
    named = set(re.findall(r"^(?:#\s+)?([a-z_]+)(?:\s*=|  )", EXAMPLE.read_text(), re.MULTILINE))
    named |= set(re.findall(r"^(?:#\s+)?\[\w+\.([a-z_]+)\]", EXAMPLE.read_text(), re.MULTILINE))
    tables: list[type[BaseModel]] = [
        *sections().values(),
        *NAMED_TABLES.values(),
        ConnectorKeys,
        *options_types().values(),
    ]
    keys = {field.alias or name for table in tables for name, field in table.model_fields.items()}
    assert keys - named == set()


def test_it_shows_the_defaults_of_the_general_sections(example: Configuration, tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    empty = load(tmp_path / "empty.toml", kinds=Kinds({}), env={})
    defaults = {value.path: value.value for value in shown(empty, {})}
    given = {value.path: value.value for value in shown(example, options_types()) if len(value.path) == 2}
    assert given == defaults | {("secrets", "key_file"): "gatherly.key"}


def test_what_stands_behind_a_hash_is_right_as_well(tmp_path: Path) -> None:
    file = tmp_path / "gatherly.toml"
    chosen = r"^# ((?:id|email|every|tz|username|rules = \[\{|password_credential = \"smtp).*)"
    text = EXAMPLE.read_text().replace("rules = []", "")
    file.write_text(re.sub(chosen, r"\1", text, flags=re.MULTILINE))
    settings = load(file, kinds=Kinds(options_types(), INVITING), env={}).settings
    assert settings.users["alice@example.com"].id == "user_abc123"
    assert settings.users["alice@example.com"].rules[0]["rule"]["type"] == "no_events_before"
    assert settings.connectors["carol-feed"].interval == 900
    assert dict(settings.connectors["carol-mail"].options)["password_credential"] == "smtp.password"
