"""A guest's page: one plain form with a tick a time, readable without any style sheet or script."""

from collections.abc import Iterator
from html import escape

from daemon.app.outsiders.guests import GuestView
from daemon.app.reader import Reader
from daemon.http.link_page import page
from daemon.http.zone_choice import zone_choice
from engine.model.notices import LinkVerb
from engine.model.session import SessionStatus
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import MINUTE, Instant

_LONGEST = 200


def guest_page(view: GuestView, now: Instant, zone: str, *, marked: str = "", wrong: str = "") -> str:
    """Show what a guest is asked; `wrong` is why what they pressed could not be done."""
    title = one_line(view.session.title, _LONGEST) or "(no title)"
    return page(title, _parts(view, title, Reader(zone, now), marked, wrong))


def _parts(view: GuestView, title: str, reader: Reader, marked: str, wrong: str) -> Iterator[str]:
    yield f'<header><h1>{_said(title)}</h1><p class="lead">{_said(_lead(view, reader))}</p>'
    yield f'<p class="hint">Times are in {_said(reader.place)}.</p></header>\n'
    if wrong:
        yield f'<p role="alert"><b>{_said(wrong)}</b></p>\n'
    elif view.late is not None:
        yield f'<p role="status"><b>{_said(view.late.rstrip("."))}.</b></p>\n'
    if view.late is None and LinkVerb.CANNOT in view.link.verbs:
        yield (
            '<form method="post" action=""><button class="button large whole first" name="verb" '
            f'value="{LinkVerb.CANNOT}">I cannot come</button></form>\n'
        )
    elif view.late is None:
        yield from _ticks(view, reader, marked)
    yield zone_choice(reader.zone)
    yield '<footer class="hint">You need no account. Nothing has happened by opening this page.</footer>\n'


def _ticks(view: GuestView, reader: Reader, marked: str) -> Iterator[str]:
    yield '<form method="post" action=""><fieldset><legend>Tick every time that suits you</legend>\n'
    for start in view.offered:
        value = format_instant(start)
        when = reader.span(start, start + view.session.duration * MINUTE)
        checked = " checked" if value == marked else ""
        yield (
            f'<label class="tick"><input type="checkbox" name="start" value="{escape(value)}"{checked}> '
            f'<time datetime="{escape(value)}">{_said(when)}</time></label>\n'
        )
    yield (
        f'</fieldset><button class="button large whole first" name="verb" value="{LinkVerb.SUITS}">'
        "Send what I ticked</button>\n"
        f'<button class="button large whole second" name="verb" value="{LinkVerb.NONE}">None of these'
        "</button></form>\n"
    )


def _lead(view: GuestView, reader: Reader) -> str:
    host = one_line(view.host.name, _LONGEST) or view.host.email
    slot = view.session.final_time
    if slot is not None and view.session.status is SessionStatus.SCHEDULED:
        return f"With {host}, booked for {reader.span(slot.start, slot.end)}."
    if view.late is not None:
        return f"{view.session.duration} minutes with {host}."
    until = reader.when(view.session.expires_at)
    return f"{host} asks for {view.session.duration} minutes. Which times suit you? Answer until {until}."


def _said(text: str) -> str:
    return escape(one_line(text, 1000))
