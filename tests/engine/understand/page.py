"""Writes `docs/messages.md` from the phrases of the tests: `python -m tests.engine.understand.page`."""

from pathlib import Path

from tests.engine.understand.phrases import PHRASES

PAGE = Path(__file__).parents[3] / "docs" / "messages.md"
_HEAD = """# Messages: what gatherly understands

Whatever is said in a session, from the command line, a program, a page or Firestore, is read by one grammar
of scheduling English; `gatherly understand "…"` shows its reading. Nothing is done by a message that is not
understood whole: gatherly asks back, in the conversation. A text is only ever data: one that speaks to the
program is answered with a question.

The readings below are made from the tests (`tests/engine/understand/phrases.py`). It is Wednesday 4 March
2026, nine in the morning, in Berlin. *offered*: Friday 6 March at 10:00, Monday 9 March at 14:30 and at 16:00
are offered for a planning with Mara and Theo; *booked*: it stands on Tuesday 10 March at 14:00; *new*: there
is no session yet.
"""


def page() -> str:
    """Write the page."""
    parts = [_HEAD]
    for heading, rows in PHRASES.items():
        parts.append(f"\n## {heading}\n\n| when | said | read as |\n|---|---|---|\n")
        parts += [f"| {world} | {text} | {reading} |\n" for world, text, reading in rows]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
