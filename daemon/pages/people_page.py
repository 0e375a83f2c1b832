"""`/people` and its pages: contacts, a person's timeline, a briefing."""

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.pages.viewer import Viewer
from engine.model.relations import Contact
from engine.relations.naming import called
from engine.relations.occasions import LEAST_MEETINGS, cold_at
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant

Document = Mapping[str, Any]
MOST_SHOWN = 500
MOST_COLD = 20


def people_page(
    viewer: Viewer, contacts: Sequence[Contact], picture: str, now: Instant, going_cold: float
) -> dict[str, Any]:
    """Give everything that the list shows; `picture` is the drawing of who is met together."""
    ranked = sorted(contacts, key=lambda one: (-one.relationship_strength, one.id))
    cold = [one for one in ranked if (cold_at(one, LEAST_MEETINGS, going_cold) or now) < now]
    return {
        "title": "People",
        "people": [_row(one, viewer, now) for one in ranked[:MOST_SHOWN]],
        "more": max(0, len(ranked) - MOST_SHOWN),
        "cold": [_row(one, viewer, now) for one in cold[:MOST_COLD]],
        "picture": picture if "<text" in picture else "",
    }


def _row(one: Contact, viewer: Viewer, now: Instant) -> dict[str, Any]:
    last = one.last_interaction_at
    return {
        "path": f"/people/contacts/{one.id}",
        "name": one_line(called(one)),
        "company": one_line(one.company or ""),
        "percent": round(100 * one.relationship_strength),
        "often": one.interaction_frequency or "",
        "last": "" if last is None else viewer.reader.day(last),
        "silent": 0 if last is None else max(0, now - last) // DAY,
    }


def contact_page(viewer: Viewer, contact: Document, timeline: Sequence[Document]) -> dict[str, Any]:
    """Give everything that a person's page shows."""
    facts = (
        ("Works", " at ".join(filter(None, (contact["jobTitle"], contact["company"])))),
        ("Addresses", ", ".join(contact["emails"])),
        ("Telephone", contact["phone"]),
        ("Place", contact["location"]),
        ("Birthday", contact["birthday"]),
        ("Tags", ", ".join(contact["tags"])),
        ("About", contact["bio"]),
        ("Note", contact["notes"]),
    )
    name = one_line(contact["fullName"] or contact["email"] or "(no name)")
    return {
        "title": name,
        "name": name,
        "briefing": f"/people/contacts/{contact['id']}/briefing",
        "percent": round(100 * contact["relationshipStrength"]),
        "facts": [(label, one_line(str(value), 400)) for label, value in facts if value],
        "why": contact["why"],
        "timeline": [_met(one, viewer) for one in timeline],
    }


def _met(one: Document, viewer: Viewer) -> dict[str, Any]:
    at = parse_instant(one["interactionDate"])
    minutes = one["durationMinutes"]
    return {
        "when": viewer.reader.day(at),
        "iso": one["interactionDate"],
        "what": one["interactionType"].replace("_", " "),
        "title": one_line(one["subject"] or ""),
        "note": one_line(one["content"] or "", 400),
        "minutes": "" if minutes is None else f"{minutes} min",
    }


def briefing_page(viewer: Viewer, found: Document) -> dict[str, Any]:
    """Give everything that a briefing's page shows."""
    until = parse_instant(found["expiresAt"])
    contact = found["contactId"]
    return {
        "title": "Briefing",
        "sentences": [one["text"] for one in found["sentences"]],
        "until": viewer.reader.day(until),
        "path": "/people" if contact is None else f"/people/contacts/{contact}",
    }
