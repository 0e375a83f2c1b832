"""What pages say of guests: people from outside, of whom no calendar is known but what they ticked."""

from collections.abc import Iterator, Sequence
from typing import Any

from daemon.pages.grid_svg import initials
from daemon.pages.viewer import Document, Face, Viewer
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

TONE = 1
"""Guests share one: they have no busy times to be told apart by."""


def guest_face(guest: Document, viewer: Viewer) -> Face:
    """Give a guest as a person on a page; they read by no clock that is known."""
    name = guest_name(guest)
    return Face(
        id=str(guest["address"]),
        name=name,
        initials=initials(name),
        tone=TONE,
        required=not guest.get("optional"),
        zone=viewer.reader.zone,
    )


def guest_name(guest: Document) -> str:
    """Give what a guest is called: by their own name where they have given one."""
    return one_line(str(guest.get("name") or "")) or str(guest["address"])


def guest_names(session: Document) -> list[str]:
    """Give the guests of a session by name."""
    return [guest_name(one) for one in session.get("guests") or ()]


def guest_rows(session: Document, viewer: Viewer, offers: Sequence[Document]) -> Iterator[dict[str, Any]]:
    """Tell of each guest which of the times on offer suit them."""
    for guest in session.get("guests") or ():
        answered, suits = guest["answeredAt"], set(guest["suits"])
        role = "optional guest" if guest.get("optional") else "guest"
        said = "not yet" if answered is None else viewer.reader.soon(parse_instant(answered))
        yield {
            "person": guest_face(guest, viewer),
            "said": f"{role}, cannot come" if guest.get("away") else f"{role}, {said}",
            "marks": [_mark(answered is not None, one["start"] in suits) for one in offers],
        }


def _mark(answered: bool, suits: bool) -> dict[str, Any]:
    if not answered:
        return {"look": "", "words": "no answer", "busy": False}
    look, words = ("yes", "can come") if suits else ("no", "cannot come")
    return {"look": look, "words": words, "busy": False}


def waits_for_guests(session: Document, start: str) -> str:
    """Say why a time cannot be taken for the sake of guests who must be there; nothing where it can."""
    required = [one for one in session.get("guests") or () if not one.get("optional")]
    silent = [guest_name(one) for one in required if one["answeredAt"] is None]
    against = [guest_name(one) for one in required if one["answeredAt"] and start not in one["suits"]]
    if against:
        return f"Does not suit {', '.join(against)}"
    return f"Waits for the answer of {', '.join(silent)}" if silent else ""
