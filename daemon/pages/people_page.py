"""`/people` and its pages: contacts, a person's timeline, a briefing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from daemon.pages.grid_svg import initials
from daemon.pages.viewer import Viewer, counted_words
from daemon.terminal.times import counted
from engine.model.relations import Contact, MemoryType
from engine.relations.briefing import LEAST_CONFIDENCE
from engine.relations.naming import called
from engine.relations.occasions import LEAST_MEETINGS, cold_at
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import DAY, Instant

Document = Mapping[str, Any]
MOST_SHOWN = 500
MOST_COLD = 20
LONGEST_ASKED = 80
MOST_KEPT = 5
"""So many of each kind of what is kept of somebody stand on their page."""
_KINDS = {"memory": "note"}


def people_page(
    viewer: Viewer, contacts: Sequence[Contact], picture: str, now: Instant, going_cold: float
) -> dict[str, Any]:
    """Give everything that the list shows; `picture` is the drawing of who is met together."""
    ranked = sorted(contacts, key=lambda one: (-one.relationship_strength, one.id))
    cold = [one for one in ranked if (cold_at(one, LEAST_MEETINGS, going_cold) or now) < now]
    return {
        "title": "People",
        "lead": _lead(len(cold)),
        "asked": "",
        "people": [_row(one, one in cold, now) for one in ranked[:MOST_SHOWN]],
        "more": max(0, len(ranked) - MOST_SHOWN),
        "cold": [_row(one, True, now) for one in cold[:MOST_COLD]],
        "picture": picture if "<text" in picture else "",
    }


def found_page(viewer: Viewer, asked: str, found: Sequence[Document]) -> dict[str, Any]:
    """Give what fits a question, the best first, as the same page shows it."""
    told = counted_words(len(found), "thing fits", "things fit") if found else "nothing fits"
    return {
        "title": "People",
        "lead": f"{told[:1].upper()}{told[1:]} “{one_line(asked, LONGEST_ASKED)}”.",
        "asked": one_line(asked),
        "people": [],
        "found": [_hit(one, viewer) for one in found],
    }


def _hit(one: Document, viewer: Viewer) -> dict[str, Any]:
    name = one_line(one["fullName"] or "")
    return {
        "path": f"/people/contacts/{one['contactId']}" if one["contactId"] else "",
        "name": name or one["text"],
        "initials": initials(name),
        "text": one["text"] if name and one["text"] != name else "",
        "kind": viewer.reader.day(parse_instant(one["at"])) if one["at"] else _KINDS.get(one["kind"], ""),
    }


def _lead(cold: int) -> str:
    quiet = f" {counted_words(cold, 'has', 'have').capitalize()} gone quiet." if cold else ""
    return f"Those you meet, the closest first.{quiet}"


def _row(one: Contact, cold: bool, now: Instant) -> dict[str, Any]:
    last, often = one.last_interaction_at, one.interaction_frequency or ""
    days = 0 if last is None else max(0, now - last) // DAY
    ago = "" if last is None else "today" if not days else f"{counted(days, 'day')} ago"
    company = one_line(one.company or "")
    return {
        "path": f"/people/contacts/{one.id}",
        "name": one_line(called(one)),
        "initials": initials(called(one)),
        "cold": cold,
        "about": ", ".join(filter(None, (company, often, "gone quiet" if cold else ""))),
        "percent": round(100 * one.relationship_strength),
        "ago": ago,
        "silence": f"{often.capitalize()} as a rule, now {ago}." if often else f"Last {ago}.",
        "ask": ask_of(one.email),
    }


def ask_of(address: str | None) -> str:
    """Give where one asks for a time with somebody; nothing where no address of theirs is known."""
    return f"/new?{urlencode({'with': address})}" if address else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOf:
    """What is kept of somebody beside what they are: documents, and the names of whom they know."""

    interests: Sequence[Document]
    memories: Sequence[Document]
    knows: Sequence[str]

    def facts(self) -> Iterator[tuple[str, str]]:
        """Give it as a page shows it, the surest first."""
        sure = sorted(self.interests, key=lambda one: -one["confidenceScore"])
        topics = [one["interestTopic"] for one in sure if one["confidenceScore"] >= LEAST_CONFIDENCE]
        yield "Interests", ", ".join(topics[:MOST_KEPT])
        yield "Knows", ", ".join(self.knows[:MOST_KEPT])
        told = [
            one for one in self.memories if one["memoryType"] == MemoryType.INSIGHT and not one["isArchived"]
        ]
        for one in told[:MOST_KEPT]:
            yield "Insight", ": ".join(filter(None, (one["title"], one["content"])))


def contact_page(
    viewer: Viewer, contact: Document, timeline: Sequence[Document], kept: KeptOf
) -> dict[str, Any]:
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
        *kept.facts(),
    )
    name = one_line(contact["fullName"] or contact["email"] or "(no name)")
    return {
        "title": name,
        "name": name,
        "initials": initials(name),
        "ask": ask_of(contact["email"]),
        "briefing": f"/people/contacts/{contact['id']}/briefing",
        "percent": round(100 * contact["relationshipStrength"]),
        "facts": [(label, one_line(str(value), 400)) for label, value in facts if value],
        "why": contact["why"],
        "timeline": [_met(one, viewer) for one in timeline[:MOST_SHOWN]],
        "more": max(0, len(timeline) - MOST_SHOWN),
    }


def _met(one: Document, viewer: Viewer) -> dict[str, Any]:
    at = parse_instant(one["interactionDate"])
    minutes = one["durationMinutes"]
    title, note = one_line(one["subject"] or ""), one_line(one["content"] or "", 400)
    return {
        "when": viewer.reader.day(at),
        "iso": one["interactionDate"],
        "what": one["interactionType"].replace("_", " "),
        "noted": one["interactionType"] != "meeting",
        "title": title or note,
        "note": note if title else "",
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
        "path_words": "Everybody" if contact is None else "Their page",
    }
