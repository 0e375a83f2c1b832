"""The rules for how long something takes, in minutes."""

import re

from engine.understand.items import Item, Length
from engine.understand.tokens import Line, rule

Found = tuple[str, Item] | None
_N = r"\d{1,4}(?:\.\d{1,2})?"
_PATTERNS = (
    f"(?:between |from )?(?P<n1>{_N})(?: ?min| ?hour)? (?:-|to|or|and)(?: -)? (?P<n>{_N}) ?(?P<u>min|hour)",
    rf"(?P<n>{_N}) ?(?P<u>hour) (?:and )?(?P<m>\d{{1,2}}) ?min(?:s)?",
    r"(?<!at )(?P<n>\d{1,2}) (?P<u>hour) (?P<m>[1-5]\d)(?! (?:am|pm|oclock))",
    rf"(?P<n>an|a|one|{_N}) and (?:a )?(?P<f>half|quarter) (?P<u>hour)",
    rf"(?P<n>an|one|{_N}) (?P<u>hour) and (?:a )?(?P<f>half|quarter)",
    r"(?P<n>3) (?P<q>quarters?) (?:of an )?(?P<u>hour)",
    r"(?:a )?(?P<f>half|quarter) (?:an |of an |a )?(?P<u>hour)",
    rf"(?<!at )(?P<n>{_N}) ?(?P<u>min|hour)",
    r"(?P<n>an|one) (?P<u>hour)",
    rf"(?P<n>{_N}) (?P<u>m)(?= *$| [,.;!?]| with| call| meeting)",
)
_LEAD = r"(?:a )?(?:full |whole |good |solid |about |around |roughly |only |just )?"
_RULES = tuple(
    rule(rf"(?:(?:for|lasting|of) )?{_LEAD}{pattern}(?: long| in length| duration)?") for pattern in _PATTERNS
)
_OLD = rule(
    "(?:, )?(?:not|instead of|rather than|and not) (?:(?:an?|one|just one|the|only"
    r"|\d{1,3})(?: hour| min)?|«L\d+»)(?= *$| [,.;!?])"
)
_ONLY = rule(r"(?:from )?«L\d+» (?:to|->) (?P<l>«L\d+»)")


def read_lengths(line: Line[Item]) -> None:
    """Mark all lengths of a line."""
    for pattern in _RULES:
        line.replace(pattern, _length)
    line.replace(_ONLY, lambda found, _: ("L", line.item(found["l"])))
    if any(isinstance(item, Length) for item in line.items):
        line.replace(_OLD, lambda found, _: ("X", Length(minutes=0, old=True)))


def _length(found: re.Match[str], line: Line[Item]) -> Found:
    parts = found.groupdict()
    number = parts.get("n")
    unit = 60 if parts["u"] == "hour" else 1
    if number is None:
        minutes = 0.0
    else:
        minutes = (1.0 if number in ("a", "an", "one") else float(number)) * (15 if parts.get("q") else unit)
    minutes += {"half": 30, "quarter": 15}.get(parts.get("f") or "", 0) + int(parts.get("m") or 0)
    if parts.get("n1"):
        minutes = max(minutes, float(parts["n1"] or 0) * unit)
    return "L", Length(minutes=round(minutes))
