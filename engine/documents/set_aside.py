"""What is set aside, as JSON."""

from typing import Any

from engine.model.set_aside import SetAside
from engine.time.instant import format_instant


def set_aside_document(one: SetAside) -> dict[str, Any]:
    """Give the JSON of one item that is set aside."""
    return {
        "id": one.id,
        "step": one.step.value,
        "name": one.name,
        "session": one.session_id,
        "reason": one.reason,
        "since": format_instant(one.since),
        "attempts": one.attempts,
        "nextTry": format_instant(one.next_at),
    }
