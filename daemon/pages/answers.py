"""Who has answered what, as a session's page shows it: users and guests, a mark a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.pages.guests import guest_rows
from daemon.pages.session_parts import attendees
from daemon.pages.viewer import Document, Faces, Viewer
from engine.time.instant import parse_instant


def suits(session: Document, viewer: Viewer, slot: Document) -> bool:
    """Tell whether the reader has said that a time suits them."""
    said = [
        one
        for one in session.get("responses", ())
        if one["userId"] == viewer.id and one["slot"] == slot["start"]
    ]
    return bool(said) and said[-1]["answer"] == "accepted"


def answers_of(
    session: Document, viewer: Viewer, faces: Faces, offers: Sequence[Document], confirm: str
) -> dict[str, Any]:
    """Give who has answered what to each of the times on offer."""
    said: dict[str, dict[str | None, Document]] = {}
    for one in session.get("responses", ()):
        said.setdefault(one["userId"], {})[one["slot"]] = one
    asked = [user for user in attendees(session) if user != session["hostUserId"] or user in said]
    rows = []
    for user in asked:
        mine = said.get(user, {})
        last = list(mine.values())[-1] if mine else None
        optional = "" if faces.of(user).required else "optional, "
        told = "not yet" if last is None else viewer.reader.soon(parse_instant(last["at"]))
        marks = [_mark(mine, one) for one in offers]
        marks = [
            {**mark, "busy": one["states"].get(user, "free") in ("busy", "unknown")}
            for mark, one in zip(marks, offers, strict=True)
        ]
        for mark in marks:
            if mark["look"] == "":
                mark["words"] = f"{'busy' if mark['busy'] else 'free'}, no answer"
        rows.append({"person": faces.of(user), "said": f"{optional}{told}", "marks": marks})
    outside = list(guest_rows(session, viewer, offers))
    answered = sum(user in said for user in asked)
    answered += sum(one["answeredAt"] is not None for one in session.get("guests") or ())
    deciding = {
        "host": "The host decides; nobody’s answer books anything by itself.",
        "all": "It is booked once everybody required has accepted the same time.",
    }.get(confirm, "The best time is taken by itself.")
    if any(not one.get("optional") for one in session.get("guests") or ()):
        deciding = f"{deciding} A time that a guest has not ticked cannot be taken."
    asked_in_all = len(asked) + len(outside)
    return {"count": f"{answered} of {asked_in_all}", "rows": [*rows, *outside], "hint": deciding}


def _mark(said: Mapping[str | None, Document], one: Document) -> dict[str, Any]:
    answer = str((said.get(one["start"]) or said.get(None) or {}).get("answer"))
    look = {"accepted": "yes", "declined": "no"}.get(answer, "")
    return {"look": look, "words": {"yes": "can come", "no": "cannot come"}.get(look, ""), "busy": False}
