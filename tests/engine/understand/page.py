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


_TAIL = """
## A language model beside the grammar

```toml
[messages]
llm = { url = "http://127.0.0.1:11434/v1", model = "small" }    # and key_file, where it asks
```

Off unless it is set. In a session, what the grammar is unsure of is then asked of that model as well, at
any address that speaks OpenAI's chat completions; `http://` is taken for this machine and private networks.
The grammar's question is answered at once. A moment later the conversation may hold a second one:

> Do you mean this? Look again not on Friday. Answer yes, and it is done; or say it in other words.

Nothing is done by what a model says before whoever wrote the message says *yes*, as the very next thing
that they say; a *no* leaves everything as it is. A reading is shown at all only where it is whole and the
message can mean it: people, titles and zones stand in the message word by word, days and times are real and
not past, a choice is one of the offers, and it fits where the session stands. At the *yes* it is held
against the session once more. A text that speaks to the program is not shown to the model.

The model is told the message, the moment and zone of whoever wrote it, the offered times, and whether the
session is pending or booked, its length and its time: no titles, no people, no calendars. It has 20 seconds
and 256 KiB. A server that is busy or away is asked three times, one that refuses is not asked again; then
the conversation and the log (`message.model_unreached`) say that it did not answer. `gatherly check` asks
it for its models. A sentence that is to open a session is read by the grammar alone: nothing stands yet in
which to ask back.
"""


def page() -> str:
    """Write the page."""
    parts = [_HEAD]
    for heading, rows in PHRASES.items():
        parts.append(f"\n## {heading}\n\n| when | said | read as |\n|---|---|---|\n")
        parts += [f"| {world} | {text} | {reading} |\n" for world, text, reading in rows]
    return "".join([*parts, _TAIL])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
