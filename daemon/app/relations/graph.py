"""Who is met together: as a document, and as a picture."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from daemon.app.relations.desk import Desk
from engine.documents.relations import graph_document
from engine.model.relations import Contact, Relationship
from engine.ports.store import Transaction
from engine.relations.naming import called

MOST_DRAWN = 60
"""Contacts that a picture shows: the best connected."""
SIZE = 900
_LONGEST_NAME = 28


def graph(desk: Desk) -> tuple[Sequence[Contact], Sequence[Relationship]]:
    """Give those who are met together, and how."""
    with desk.access.store.reading() as tx:
        return graph_in(tx, desk)


def graph_in(tx: Transaction, desk: Desk) -> tuple[Sequence[Contact], Sequence[Relationship]]:
    """Give the same, at the moment of a transaction."""
    found = tx.repositories.relationships.of_user(desk.user)
    people = {one.id: one for one in tx.repositories.contacts.of_user(desk.user)}
    shown = {name for name, one in people.items() if not one.is_archived and one.merged_into is None}
    ties = [one for one in found if {one.contact_a_id, one.contact_b_id} <= shown]
    tied = {name for one in ties for name in (one.contact_a_id, one.contact_b_id)}
    return [people[name] for name in sorted(tied)], ties


def graph_of(desk: Desk) -> Mapping[str, Any]:
    """Give it as a document."""
    return graph_document(*graph(desk))


def drawing(contacts: Sequence[Contact], ties: Sequence[Relationship], *, link: str = "") -> str:
    """Draw it: people on a circle, neighbours by the strength of what ties them; a line a relationship."""
    degree = {one.id: 0.0 for one in contacts}
    for tie in ties:
        for name in (tie.contact_a_id, tie.contact_b_id):
            degree[name] = degree.get(name, 0.0) + tie.strength_score
    chosen = sorted(contacts, key=lambda one: (-degree[one.id], one.id))[:MOST_DRAWN]
    kept = {one.id for one in chosen}
    drawn = [tie for tie in ties if {tie.contact_a_id, tie.contact_b_id} <= kept]
    places = _places(chosen, drawn)
    lines = [_line(tie, places) for tie in sorted(drawn, key=lambda one: one.strength_score)]
    names = [_dot(one, places[one.id], link) for one in chosen]
    people, kept_ties = len(chosen), len(drawn)
    title = (
        f"{people} {'person' if people == 1 else 'people'}, {kept_ties} relationship{'s' * (kept_ties != 1)}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img" class="ties">'
    return "\n".join((head, f"<title>{title}</title>", *lines, *names, "</svg>"))


def _places(contacts: Sequence[Contact], ties: Sequence[Relationship]) -> Mapping[str, tuple[float, float]]:
    order, left = list[str](), [one.id for one in contacts]
    strength = {}
    for tie in ties:
        strength[tie.contact_a_id, tie.contact_b_id] = tie.strength_score
        strength[tie.contact_b_id, tie.contact_a_id] = tie.strength_score
    while left:
        last = order[-1] if order else left[0]
        following = max(left, key=lambda one: (strength.get((last, one), 0.0), -left.index(one)))
        order.append(following)
        left.remove(following)
    middle, radius = SIZE / 2, SIZE * 0.34
    turn = 2 * math.pi / max(1, len(order))
    return {
        name: (middle + radius * math.cos(at * turn), middle + radius * math.sin(at * turn))
        for at, name in enumerate(order)
    }


def _line(tie: Relationship, places: Mapping[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[tie.contact_a_id], places[tie.contact_b_id]
    width = 1 + 6 * tie.strength_score
    times = tie.shared_interactions
    told = (
        f"met together {'once' if times == 1 else f'{times} times'}" if times else "said to know each other"
    )
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#7a8794"'
        f' stroke-opacity="0.6" stroke-width="{width:.1f}"><title>{told}</title></line>'
    )


def _dot(one: Contact, place: tuple[float, float], link: str) -> str:
    x, y = place
    name = called(one)
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    anchor = "start" if x >= SIZE / 2 else "end"
    shift = 14 if anchor == "start" else -14
    radius = 6 + 8 * one.relationship_strength
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#2f6f8f"/>'
    text = (
        f'<text x="{x + shift:.1f}" y="{y + 5:.1f}" text-anchor="{anchor}" font-size="15"'
        f' font-family="sans-serif" fill="currentColor">{escape(_xml(short))}</text>'
    )
    both = f"<g><title>{escape(_xml(name))}</title>{dot}{text}</g>"
    return f'<a href="{escape(link + one.id)}">{both}</a>' if link else both


def _xml(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter == " ")
