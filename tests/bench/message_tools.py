"""One tool, many messages: `PYTHON message_tools.py TOOL` reads JSON lines, and writes what it finds in each.

It is run by the interpreter of an environment that has the tools, and knows nothing of gatherly. Each line
in has `text` and `now` (local, without a zone); each line out `at`, the local moment that was found, or null.
"""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from importlib import import_module
from typing import Any

Find = Callable[[str, datetime], Any]


def dateparser() -> Find:
    """dateparser: the first date that is found in a text, rather to come than gone by."""
    search = import_module("dateparser.search").search_dates

    def find(text: str, now: datetime) -> Any:
        found = search(text, languages=["en"], settings={"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future"})
        return found[0][1] if found else None

    return find


def recurrent() -> Find:
    """recurrent: a moment, or a rule, of which nothing can be compared."""
    event = import_module("recurrent").RecurringEvent
    return lambda text, now: event(now_date=now).parse(text)


def timefhuman() -> Find:
    """timefhuman: a moment, a range, or a list of them."""
    module = import_module("timefhuman")
    if not hasattr(module, "tfhConfig"):
        return lambda text, now: module.timefhuman(text, now=now)
    return lambda text, now: module.timefhuman(text, config=module.tfhConfig(now=now))


TOOLS = {"dateparser": dateparser, "recurrent": recurrent, "timefhuman": timefhuman}


def moment(found: Any, now: datetime) -> datetime | None:
    """Give the first moment of whatever a tool has found."""
    if isinstance(found, datetime):
        return found.replace(tzinfo=None)
    if isinstance(found, date):
        return datetime.combine(found, time())
    if isinstance(found, time):
        return datetime.combine(now.date(), found.replace(tzinfo=None))
    if isinstance(found, Iterable) and not isinstance(found, str | bytes):
        return next((at for each in found if (at := moment(each, now)) is not None), None)
    return None


def main(tool: str) -> None:
    """Answer each line; what a tool stumbles over it has not found."""
    find = TOOLS[tool]()
    for line in sys.stdin:
        asked = json.loads(line)
        now = datetime.fromisoformat(asked["now"])
        try:
            at = moment(find(asked["text"], now), now)
        except Exception:  # whatever somebody else's parser raises at
            at = None
        print(json.dumps({"at": None if at is None else at.isoformat()}))


if __name__ == "__main__":
    main(sys.argv[1])
