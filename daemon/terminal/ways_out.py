"""A way out of a conflict in words, on its reader's clock: the same on pages and in a terminal."""

from collections.abc import Mapping
from typing import Any

from daemon.terminal.times import Reader
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

NAMELESS = "it"
"""What has no title for whoever reads."""


def way_out(option: Mapping[str, Any], titles: Mapping[str, str], reader: Reader) -> str:
    """Say what an option does: `Move Soccer to Sun 29 Nov 13:00`; `titles` by the ids of events."""
    name = str(option["event_id"])
    title = one_line(titles.get(name) or titles.get(name.partition("/")[0]) or NAMELESS)
    once = " this once" if "instance" in option else ""
    strategy = option["strategy"]
    if strategy == "move_event":
        return f"Move {title}{once} to {reader.when(parse_instant(option['new_start_time']))}"
    if strategy == "shorten_event":
        return f"Shorten {title}{once}"
    if strategy == "swap_resource":
        return f"Use {option['new_resource_id']} for {title}{once}"
    if strategy == "make_optional":
        return f"Let {option['user_id']} miss {title}"
    if strategy == "cancel_event":
        return f"Call {title} off{once}"
    return f"Look for another time for {title}"
