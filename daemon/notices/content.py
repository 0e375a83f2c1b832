"""What a notice says, before anything is known of how it travels; and the same as plain text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.model.notices import NoticeKind


class Button(NamedTuple):
    """Something to press: what it does, and where it leads; one that is `aside` is nothing that is wanted."""

    label: str
    url: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One time that is offered; `share` is the confidence in percent, `best` marks the first."""

    day: str
    clock: str
    beside: str = ""
    share: int | None = None
    why: str = ""
    button: Button | None = None
    best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One notice for one reader.

    `subject` says first what is wanted; `preview` is what a list of mails shows after it; `closing` tells
    until when an answer counts, and why its reader got it. `quiet` ends mails like it.
    """

    kind: NoticeKind
    subject: str
    heading: str
    lead: tuple[str, ...]
    preview: str = ""
    cards: tuple[Card, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    small: tuple[Button, ...] = ()
    closing: tuple[str, ...] = ()
    quiet: str | None = field(default=None, repr=False)


def as_text(content: Content) -> str:
    """Write it as plain text."""
    return "\n".join(_lines(content)).rstrip() + "\n"


def as_short_text(content: Content) -> str:
    """Write it in a few lines, for a telephone: what it is, what is wanted, and the first thing to press."""
    times = [f"{card.day} {card.clock}" for card in content.cards]
    links = [one.url for one in (*content.buttons, *_pressed(content)) if one.url][:1]
    return "\n".join([*content.lead, *times, *(f"{name}: {value}" for name, value in content.facts), *links])


def _pressed(content: Content) -> Iterator[Button]:
    yield from (card.button for card in content.cards if card.button is not None)


def _lines(content: Content) -> Iterator[str]:
    yield content.heading
    if content.lead:
        yield ""
    yield from content.lead
    if content.facts:
        yield ""
    for name, value in content.facts:
        yield f"{name}: {value}"
    for number, card in enumerate(content.cards, 1):
        yield ""
        yield from _card_lines(number, card)
    if content.buttons or content.small:
        yield ""
    for one in (*content.buttons, *content.small):
        yield f"{one.label}: {one.url}"
    if content.closing:
        yield ""
    yield from content.closing
    if content.quiet:
        yield f"No more mails like this: {content.quiet}"


def _card_lines(number: int, card: Card) -> Iterator[str]:
    yield f"{number}. {card.day}, {card.clock}"
    if card.beside:
        yield f"   {card.beside}"
    share = f"{card.share} %. " if card.share is not None else ""
    if share or card.why:
        yield f"   {share}{card.why}".rstrip()
    if card.button is not None:
        yield f"   {card.button.label}: {card.button.url}"
