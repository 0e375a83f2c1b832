"""Contacts in words, for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from daemon.app.relations.meant import SHOWN_OF_ID
from daemon.terminal.table import table
from daemon.terminal.times import Reader
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant

Document = Mapping[str, Any]
NOBODY = "No contact. Who is met often enough becomes one; `gatherly contact add` enters one."


def contact_name(one: Document) -> str:
    """Say what somebody is called, in a line."""
    return one_line(one["fullName"] or one["email"] or "(no name)", 60)


def nobody_words(tag: str | None, *, archived: bool) -> str:
    """Say that nobody is what was looked for."""
    if tag is not None:
        return f"No contact{' that is put away' if archived else ''} has the tag {one_line(tag)}."
    return "No contact is put away." if archived else NOBODY


def list_words(found: Sequence[Document], reader: Reader, nobody: str = NOBODY) -> str:
    """Say who is known."""
    if not found:
        return nobody
    rows = [
        (
            one["id"][:SHOWN_OF_ID],
            f"{one['relationshipStrength']:.2f}",
            one["interactionFrequency"] or "",
            _day(one["lastInteractionAt"], reader),
            ", ".join(filter(None, (contact_name(one), one_line(one["company"] or "", 30)))),
        )
        for one in found
    ]
    return table(("id", "strength", "met", "last", "name"), rows)


def contact_words(one: Document, reader: Reader) -> str:
    """Say what is known of somebody."""
    facts = (
        ("id", one["id"]),
        ("addresses", ", ".join(one["emails"])),
        ("works", " at ".join(filter(None, (one["jobTitle"], one["company"])))),
        ("telephone", one["phone"]),
        ("place", one["location"]),
        ("birthday", one["birthday"]),
        ("page", one["linkedinUrl"]),
        ("tags", ", ".join(one["tags"])),
        ("about", one["bio"]),
        ("note", one["notes"]),
        ("strength", f"{one['relationshipStrength']:.2f}"),
        ("met", one["interactionFrequency"]),
        ("last", _day(one["lastInteractionAt"], reader)),
    )
    lines = [
        contact_name(one),
        *(f"  {name:10}  {one_line(str(value), 200)}" for name, value in facts if value),
    ]
    why = one.get("why")
    if why:
        lines += [
            "Why:",
            *dict.fromkeys(f"  {each['points']:.3f}  {each['text']}" for each in why["strength"]),
        ]
        lines.append(f"  {why['frequency']}")
    return "\n".join(lines)


def timeline_words(found: Sequence[Document], reader: Reader) -> str:
    """Say when one had to do with somebody."""
    if not found:
        return "Nothing is known yet."
    rows = [
        (
            reader.when(parse_instant(one["interactionDate"])),
            one["interactionType"],
            ": ".join(one_line(each, 120) for each in (one["subject"], one["content"]) if each),
        )
        for one in found
    ]
    return table(("when", "what", "about"), rows)


def graph_words(found: Document) -> str:
    """Say who is met together."""
    names = {one["id"]: contact_name(one) for one in found["contacts"]}
    ties = sorted(found["relationships"], key=lambda one: -one["strengthScore"])
    if not ties:
        return "Nobody is met together with anybody."
    rows = [
        (
            f"{one['strengthScore']:.2f}",
            str(one["sharedInteractions"]),
            str(one["mutualConnections"]),
            " and ".join(names[one[key]] for key in ("contactAId", "contactBId")),
        )
        for one in ties
    ]
    return table(("strength", "together", "in common", "who"), rows)


def hits_words(found: Sequence[Document], reader: Reader) -> str:
    """Say what was found."""
    if not found:
        return "Nothing has these words."
    rows = [
        (
            one["id"][:SHOWN_OF_ID],
            one["kind"],
            _day(one["at"], reader),
            ": ".join(dict.fromkeys(filter(None, (one["fullName"], one["text"])))),
        )
        for one in found
    ]
    return table(("id", "what", "when", "whom, and what is said"), rows)


def brief_words(found: Document, reader: Reader) -> str:
    """Say what there is to know."""
    lines = [one_line(one["text"], 400) for one in found["sentences"]] or ["Nothing is known yet."]
    return "\n".join((*lines, f"(until {reader.when(parse_instant(found['expiresAt']))})"))


def _day(text: str | None, reader: Reader) -> str:
    return "" if text is None else reader.day(parse_instant(text))
