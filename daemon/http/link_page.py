"""The page that a link leads to: one plain form a press, readable without any style sheet or script.

What is written by people is escaped; nothing is loaded from elsewhere.
"""

from collections.abc import Iterable, Iterator
from html import escape

from daemon.app.links import LinkView
from daemon.app.reader import Reader
from daemon.pages.guests import waits_for_guests
from daemon.pages.rendering import static_address
from engine.documents.guests import guest_document
from engine.ids import UserId
from engine.model.notices import LinkVerb
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.sessions.relaxing import relaxations
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import Instant

DEAD = (
    "This link is not valid any more",
    "It was used, its time is over, or something has changed since. Whoever hosts it can send a new one.",
)
_LONGEST = 200


def page(title: str, body: Iterable[str]) -> str:
    """Write a whole page around what it holds."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f'<link rel="icon" type="image/svg+xml" href="{static_address("mark.svg")}">'
        f'<link rel="stylesheet" href="{static_address("gatherly.css")}">'
        f"<title>{_said(title)} · gatherly</title></head>\n"
        f'<body><main id="main" class="letter">\n{_brand()}{"".join(body)}</main></body></html>\n'
    )


def _brand() -> str:
    return (
        f'<p class="brand"><img src="{static_address("mark.svg")}" width="24" height="24" alt="">'
        "<span>gatherly</span></p>\n"
    )


def dead_page() -> str:
    """Say that a link leads nowhere: the same whatever is wrong with it."""
    return page(DEAD[0], [f"<h1>{DEAD[0]}</h1><p>{DEAD[1]}</p>\n"])


def done_page(heading: str, words: str) -> str:
    """Say what has been done."""
    return page(heading, [f"<h1>{_said(heading)}</h1><p>{_said(words)}</p>\n"])


def choice_page(heading: str, words: str, label: str, address: str) -> str:
    """Say what could not be done, and lead to what can."""
    way = f'<p><a class="button large whole first" href="{escape(address)}">{_said(label)}</a></p>'
    return page(heading, [f"<h1>{_said(heading)}</h1><p>{_said(words)}.</p>\n{way}\n"])


def link_page(view: LinkView, now: Instant, marked: str = "", wrong: str = "") -> str:
    """Show what a link leads to, with a button for each thing that its holder may do.

    `marked` is the start of the time to put first in sight, `wrong` why the last press could not be done.
    """
    session = view.session
    if session is None:
        return page("No more mails", _quiet())
    return page(session.title, _parts(view, session, Reader(view.user.timezone, now), marked, wrong))


def _quiet() -> Iterator[str]:
    yield "<h1>No more mails</h1><p>Press to get no more mails from gatherly.</p>\n"
    yield _form(LinkVerb.QUIET, "No more mails", first=True)


def _parts(view: LinkView, session: EventSession, reader: Reader, marked: str, wrong: str) -> Iterator[str]:
    yield f"<header><h1>{_said(session.title)}</h1>"
    yield f'<p class="lead">{_said(_lead(view, session, reader))}</p>'
    yield f'<p class="hint">Times are yours, in {_said(reader.place)}.</p></header>\n'
    if wrong:
        yield f'<p role="alert"><b>{_said(wrong)}</b></p>\n'
    starts = [format_instant(slot.start) for slot in view.slots]
    best = marked if marked in starts else next(iter(starts), "")
    for slot, start in zip(view.slots, starts, strict=True):
        yield _offer(view, slot, reader, is_best=start == best, is_marked=start == marked)
    if LinkVerb.RELAX in view.link.verbs:
        yield _form(LinkVerb.RELAX, "Ask again with this change", first=True)
    if LinkVerb.NONE in view.link.verbs:
        yield _form(LinkVerb.NONE, "None of these")
    if LinkVerb.CANNOT in view.link.verbs:
        yield _form(LinkVerb.CANNOT, "I cannot come")
    yield '<footer class="hint">This page is for you alone and takes one answer. You need no account. '
    yield "Nothing has happened by opening it.</footer>\n"


def _lead(view: LinkView, session: EventSession, reader: Reader) -> str:
    if LinkVerb.RELAX in view.link.verbs:
        change = next((one for one in relaxations(session) if one["code"] == view.link.detail), None)
        words = one_line(str(change["change"]), _LONGEST) if change is not None else view.link.detail
        return (
            f"No time was found. This change would help: {words}. One press asks for a new session with it."
        )
    users = [_name(view, one) for one in session.attendee_ids if one != view.user.id]
    people = ", ".join([*users, *(one_line(one.name, _LONGEST) or one.address for one in session.guests)])
    if session.status is SessionStatus.SCHEDULED and session.final_time is not None:
        slot = session.final_time
        return f"It is booked for {reader.span(slot.start, slot.end)}, with {people or 'nobody else'}."
    until = reader.when(session.expires_at)
    return f"{session.duration} minutes with {people or 'nobody else'}. Which time? Answer until {until}."


def _offer(view: LinkView, slot: TimeSlot, reader: Reader, *, is_best: bool, is_marked: bool) -> str:
    when = reader.clocks(slot.start, slot.end)
    reasons = list(dict.fromkeys(one.text for one in slot.reasons if one.text))[:3]
    start, guests = format_instant(slot.start), view.session.guests if view.session is not None else ()
    waits = waits_for_guests({"guests": [guest_document(one) for one in guests]}, start)
    button = f"Take this time: {reader.when(slot.start)}"
    form = (
        f'<p class="second">{_said(waits)}.</p>'
        if waits
        else _form(LinkVerb.TAKE, button, start, first=is_best)
    )
    return (
        f'<article class="offer{" best" if is_best else ""}"><div class="offer-head">'
        f"{_ring(round(slot.confidence * 100))}"
        f'<div><h2 class="day">{reader.day(slot.start)}</h2>'
        f'<p class="offer-time">{when}{" (the one you chose)" if is_marked else ""}</p></div></div>'
        f'<p class="others dots">{_said(_beside(view, slot, reader))}</p>'
        f'<p class="small second">{_said("; ".join(reasons))}</p>{form}</article>\n'
    )


def _ring(percent: int) -> str:
    """Draw a confidence; without a style sheet it is a circle all the same."""
    circle = 'cx="22" cy="22" r="19" fill="none" stroke="currentColor"'
    return (
        f'<svg class="ring" width="44" height="44" viewBox="0 0 44 44" role="img" '
        f'aria-label="Confidence {percent} %"><g transform="rotate(-90 22 22)"><circle class="rest" {circle} '
        f'stroke-opacity=".2"/><circle class="part" {circle} pathLength="100" '
        f'stroke-dasharray="{percent} 100"/></g>'
        f'<text x="22" y="22.5" text-anchor="middle" font-size="11">{percent}</text></svg>'
    )


def _beside(view: LinkView, slot: TimeSlot, reader: Reader) -> str:
    told = []
    for user in (one.user for one in slot.attendees if one.user != view.user.id):
        zone = view.zones.get(user)
        if zone is not None and zone != reader.zone:
            told.append(f"{_name(view, user)} {Reader(zone, reader.now).clock(slot.start)}")
    return " · ".join(told)


def _name(view: LinkView, user: UserId) -> str:
    return one_line(view.names.get(user, user), _LONGEST)


def _form(verb: LinkVerb, label: str, start: str = "", *, first: bool = False) -> str:
    chosen = f'<input type="hidden" name="start" value="{escape(start)}">' if start else ""
    role = "first" if first else "second"
    return (
        f'<form method="post" action="">{chosen}<input type="hidden" name="verb" value="{verb}">'
        f'<button class="button large whole {role}">{_said(label)}</button></form>\n'
    )


def _said(text: str) -> str:
    return escape(one_line(text, 1000))
