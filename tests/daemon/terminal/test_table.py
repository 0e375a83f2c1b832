"""Tables fit 80 columns."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.terminal.table import WIDTH, table

WORDS = st.text("abc xyz", max_size=200)
CELL = st.text("abc", max_size=12)


@given(st.lists(st.tuples(CELL, CELL, WORDS), min_size=1, max_size=5))
def test_no_line_is_longer_than_80_characters_and_no_word_is_lost(rows: list[tuple[str, str, str]]) -> None:
    text = table(("one", "two", "three"), rows)
    assert all(len(line) <= WIDTH for line in text.splitlines())
    joined = "".join(text.split())
    assert all("".join(row[2].split()) in joined for row in rows if len(rows) == 1)
