"""Positions: on which line of a file each key stands."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from config.files.positions import dotted, positions, readable_tables, statements

TEXT = '''# a comment
[sync]
every = "5m"

[users."alice@example.com"]
working_hours = { start = "09:00", end = "17:00" }
notes = """
[not.a.table]
every = 1
"""
read = [
  "a",
  "b", # [nor.this]
]
deep.er = 1
[[users."alice@example.com".rules]]
type = "min_gap"
[[users."alice@example.com".rules]]
type = "no_events_before"
[users."alice@example.com".rules.value]
time = "08:00"
'''
ALICE = ("users", "alice@example.com")


def test_every_key_stands_on_its_line() -> None:
    found = positions(TEXT)
    assert found["sync",] == 2
    assert found["sync", "every"] == 3
    assert found[ALICE] == 5
    assert found[*ALICE, "working_hours", "start"] == 6
    assert found[*ALICE, "notes"] == 7
    assert found[*ALICE, "read", "1"] == 11
    assert found[*ALICE, "deep", "er"] == 15
    assert found[*ALICE, "rules", "0", "type"] == 17
    assert found[*ALICE, "rules", "1"] == 18
    assert found[*ALICE, "rules", "1", "type"] == 19
    assert found[*ALICE, "rules", "1", "value", "time"] == 21
    assert not [path for path in found if "not" in path or "nor" in path]


def test_a_broken_file_still_tells_what_it_speaks_of() -> None:
    text = '[users.a]\nname = "never closed\n[connectors.b]\nread = [1,\n[connectors.c]\nkind = "folder"\n'
    assert set(positions(text)) >= {("users", "a"), ("connectors", "b"), ("connectors", "c", "kind")}
    assert readable_tables(text)["connectors"]["c"] == {"kind": "folder"}


@given(st.text(alphabet="ab[]{}=\"\n\\'# .,1", max_size=60))
def test_cutting_never_fails_and_loses_no_key_of_a_whole_file(text: str) -> None:
    cut = list(statements(text))
    assert all(text.split("\n")[one.line - 1] == one.text.split("\n")[0] for one in cut)
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert {path[0] for path in positions(text)} == set(whole)


def test_names_that_need_quotes_get_them() -> None:
    assert dotted(("users", "alice@example.com", "name")) == 'users."alice@example.com".name'
