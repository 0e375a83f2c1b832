"""The small worlds of the table of phrases, and a reading of one as a line."""

from typing import Any

from tests.engine.understand.scoring import read

NOW, ZONE = "2026-03-04T08:00:00Z", "Europe/Berlin"
"""Wednesday 4 March 2026, nine in the morning."""


def _slot(day: str, start: str, end: str) -> dict[str, Any]:
    return {"start": f"2026-03-{day}T{start}:00Z", "end": f"2026-03-{day}T{end}:00Z"}


_SESSION = {"title": "planning", "attendees": ["Mara", "Theo"], "duration": 60}
WORLDS: dict[str, dict[str, Any] | None] = {
    "new": None,
    "offered": {
        "offered": [
            _slot("06", "09:00", "10:00"),
            _slot("09", "13:30", "14:30"),
            _slot("09", "15:00", "16:00"),
        ],
        "session": {**_SESSION, "status": "pending", "finalTime": None},
    },
    "booked": {
        "offered": [],
        "session": {**_SESSION, "status": "scheduled", "finalTime": _slot("10", "13:00", "14:00")},
    },
}
"""Nothing yet; offered Friday 10:00, Monday 14:30 and 16:00; booked on Tuesday 10 March at 14:00."""


def compact(world: str, text: str) -> str:
    """Read a phrase, and say its reading in one line: what is not said is left out."""
    got = read({"text": text, "now": NOW, "tz": ZONE, "context": WORLDS[world]})
    parts = [got["intent"]]
    for key in ("attendees", "title", "duration", "dates", "daysOfWeek", "excludeDays", "excludeDates"):
        parts.append(_said(key, got[key]))
    for key in ("timeRange", "at", "zone", "choice"):
        parts.append(_said(key, got[key]))
    liked = got["preferred"]
    if liked is not None:
        parts.append(
            "preferred " + " ".join(filter(None, (_said(key, value) for key, value in liked.items())))
        )
    return "a question" if got["question"] else "; ".join(part for part in parts if part)


def _said(key: str, value: Any) -> str:
    if value in (None, []):
        return ""
    if key == "dates":
        return (
            value["from"] if value["from"] == value["to"] else f"{value['from']} to {value['to'] or 'open'}"
        )
    if key == "timeRange":
        return f"{value['start']}–{value['end']}"
    words = ", ".join(value) if isinstance(value, list) else str(value)
    names = {"daysOfWeek": "", "attendees": "with ", "title": "“", "duration": "", "excludeDays": "not "}
    names |= {"excludeDates": "not ", "at": "at ", "zone": "", "choice": "number "}
    return f"{names[key]}{words}" + {"title": "”", "duration": " min"}.get(key, "")
