"""`/insight`: how scheduling went, as pictures that each carry their own conclusion."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from daemon.app.insight.all_checks import AllChecks
from daemon.pages.charts import DAYS, Stack, bars, honesty, stacked, week_map
from daemon.pages.policies_svg import policies_svg, told
from daemon.pages.viewer import Viewer, percent
from daemon.terminal.times import counted

MOST_WEEKS = 12
_LOOKS = (
    ("scheduled", "bar-a", "booked"),
    ("cancelled", "bar-b", "called off"),
    ("failed", "bar-c", "no time"),
)
_KEYS = {"bar-a": "a", "bar-b": "b", "bar-c": "c"}
_BINS = {5: "5 min", 15: "15", 60: "1 h", 240: "4 h", 1440: "1 day", 10080: "1 week", None: "longer"}


def insight_page(figures: Mapping[str, Any], viewer: Viewer, checks: AllChecks) -> dict[str, Any]:
    """Give everything that the page shows; `figures` are those of `GET /v1/analytics`."""
    outcomes = {str(name): int(count) for name, count in figures["outcomes"].items()}
    ended = sum(outcomes.get(name, 0) for name, _, _ in _LOOKS)
    return {
        "title": "Insight",
        "heading": _heading(outcomes, ended),
        "lead": _lead(figures, viewer),
        "charts": [
            _outcomes(figures["byDay"], outcomes),
            _waits(figures),
            _hours(figures["takenByHour"], "taken"),
            _hours(figures["proposedByHour"], "proposed"),
            _honest(figures["calibration"]),
            *_policies(figures["policies"]),
        ],
        "checks": _checks(checks, viewer),
        "live": "all" if checks.doing or figures["uncounted"] else None,
        "shape": "booking" if checks.doing or figures["uncounted"] else "",
    }


def _heading(outcomes: Mapping[str, int], ended: int) -> str:
    booked = outcomes.get("scheduled", 0)
    if not ended:
        return "Nothing has ended yet"
    return f"{booked} of {counted(ended, 'session')} found a time"


def _lead(figures: Mapping[str, Any], viewer: Viewer) -> str:
    whose = "All sessions" if viewer.operator else "Your own sessions"
    wait = figures["medianMinutesToSchedule"]
    half = "" if wait is None else f" Half were booked within {_minutes(float(wait))}."
    left = int(figures["uncounted"])
    more = (
        f" {counted(left, 'older session')} {'is' if left == 1 else 'are'} still being counted."
        if left
        else ""
    )
    return f"{whose}, on your clock, {viewer.place}.{half}{more}"


def _minutes(value: float) -> str:
    if value < 60:
        return f"{max(1, round(value))} min"
    return f"{value / 60:.2g} h" if value < 1440 else f"{value / 1440:.2g} days"


def _outcomes(by_day: Mapping[str, Mapping[str, int]], outcomes: Mapping[str, int]) -> dict[str, Any]:
    weeks: dict[date, dict[str, int]] = {}
    for day, counts in by_day.items():
        on = date.fromisoformat(day)
        week = weeks.setdefault(date.fromordinal(on.toordinal() - on.weekday()), {})
        for name, count in counts.items():
            week[name] = week.get(name, 0) + count
    shown = sorted(weeks.items())[-MOST_WEEKS:]
    columns = [
        Stack(f"{week.day} {week:%b}", [(look, counts.get(name, 0)) for name, look, _ in _LOOKS])
        for week, counts in shown
    ] or [Stack("", [("bar-a", 0)])]
    told = ", ".join(f"{outcomes.get(name, 0)} {words}" for name, _, words in _LOOKS)
    return {
        "title": "Outcomes",
        "about": "sessions by the week in which they were asked for",
        "svg": stacked(columns, f"Outcomes by week: {told}"),
        "legend": [
            {"key": _KEYS[look], "words": f"{words}, {outcomes.get(name, 0)}"} for name, look, words in _LOOKS
        ],
        "beside": [],
    }


def _waits(figures: Mapping[str, Any]) -> dict[str, Any]:
    values = [(_BINS[one["upTo"]], int(one["count"])) for one in figures["minutesToSchedule"]]
    booked, wait = sum(count for _, count in values), figures["medianMinutesToSchedule"]
    told = "nothing is booked yet" if wait is None else f"half within {_minutes(float(wait))}"
    return {
        "title": "Time to schedule",
        "about": f"from asking to booked, {counted(booked, 'session')}; {told}",
        "svg": bars(values, f"Time from asking to booked: {told}"),
        "legend": [],
        "beside": [],
    }


def _hours(table: Sequence[Sequence[int]], what: str) -> dict[str, Any]:
    cells = [(count, day, hour) for day, row in enumerate(table) for hour, count in enumerate(row) if count]
    if cells:
        count, day, hour = max(cells)
        told = f"most on {DAYS[day]} at {hour:02}:00, {counted(count, 'time')}"
    else:
        told = "none yet"
    return {
        "title": f"Hours that were {what}",
        "about": f"on your clock; {told}",
        "svg": week_map(table, f"Times that were {what}, by weekday and hour: {told}"),
        "legend": [],
        "beside": [],
    }


def _honest(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    known = [one for one in rows if one["shown"]]
    points = [
        ((one["from"] + one["to"]) / 2, one["taken"] / one["shown"], int(one["shown"])) for one in known
    ]
    shown = sum(int(one["shown"]) for one in known)
    if known:
        top = known[-1]
        likely = f"{percent(top['from'])} to {percent(top['to'])} likely"
        first = (
            f"Of {counted(int(top['shown']), 'time')} said to be {likely}, "
            f"{top['taken']} {'was' if top['taken'] == 1 else 'were'} taken."
        )
    else:
        first = "Nothing that was offered has been answered yet."
    more = f"On the dotted line word and deed agree. A larger dot stands for more times; {shown} in all."
    return {
        "title": "Is the confidence honest?",
        "about": "said to be likely (across) and really taken (up), in per cent",
        "svg": honesty(points, f"Confidence against what was taken. {first}"),
        "legend": [],
        "beside": [first, more],
    }


def _policies(evaluation: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if evaluation is None:
        return []
    known = any(one["snips"] is not None for one in evaluation["policies"])
    refused = dict.fromkeys(str(one["refused"]) for one in evaluation["policies"] if one["refused"])
    more = (
        "The dashed line is what really was taken; a bar is where 95 % of the truth would lie, by this log."
        if known
        else f"Nothing can be said yet: {'; '.join(refused)}."
        if refused
        else ""
    )
    return [
        {
            "title": "Would another ranking do better?",
            "about": told(evaluation),
            "svg": policies_svg(evaluation) if known else "",
            "legend": [],
            "beside": [],
            "below": more,
        }
    ]


def _checks(run: AllChecks, viewer: Viewer) -> dict[str, Any]:
    """Tell what all checks have found so far, the worst first once they are through."""
    found = run.found if run.doing else sorted(run.found, key=lambda one: one.good)
    bad = sum(not one.good for one in found)
    began = "" if run.began is None else viewer.reader.clock(run.began)
    if run.doing:
        heading = f"{run.doing.capitalize()} …"
    elif run.began is None:
        heading = ""
    elif bad:
        heading = f"{counted(bad, 'thing needs', 'things need')} a look, as of {began}."
    else:
        heading = f"All is well, as of {began}."
    rows = [
        {
            "look": "" if one.good else "waits",
            "icon": "check" if one.good else "warning",
            "words": one.words,
            "beside": one.by,
        }
        for one in found
    ]
    return {"heading": heading, "rows": rows}
