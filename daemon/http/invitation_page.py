"""The page of an invitation link: the starts that suit its owner, by the reader's clock, and nothing else."""

from collections.abc import Iterator
from html import escape
from itertools import groupby

from daemon.app.outsiders.invitations import InvitationView
from daemon.app.outsiders.visits import VisitView
from daemon.app.reader import Reader
from daemon.http.link_page import page
from daemon.http.zone_choice import zone_choice
from engine.model.notices import LinkVerb
from engine.sessions.invitations import LONGEST_VISITOR
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import MINUTE, Instant

_LONGEST = 200


def invitation_page(
    view: InvitationView, now: Instant, zone: str, *, wrong: str = "", name: str = "", email: str = ""
) -> str:
    """Show what can be taken; `wrong` is why what was sent could not be done, with what was typed."""
    title = one_line(view.invitation.title, _LONGEST) or "(no title)"
    return page(title, _parts(view, title, Reader(zone, now), wrong, (name, email)))


def _parts(
    view: InvitationView, title: str, reader: Reader, wrong: str, typed: tuple[str, str]
) -> Iterator[str]:
    minutes = view.invitation.duration
    yield f"<header><h1>{_said(title)}</h1>"
    yield f'<p class="lead">{minutes} minutes with {_said(_name(view))}. Choose a time.</p>'
    yield f'<p class="hint">Times are in {_said(reader.place)}.</p></header>\n'
    if wrong:
        yield f'<p role="alert"><b>{_said(wrong)}</b></p>\n'
    yield zone_choice(reader.zone)
    if not view.starts:
        yield '<p role="status"><b>No time is free just now.</b> Look again later.</p>\n'
        return
    yield '<form method="post" action=""><fieldset><legend>Which time?</legend>\n'
    for day, starts in groupby(view.starts, reader.day):
        yield f'<h2 class="day">{_said(day)}</h2>\n'
        for start in starts:
            value = format_instant(start)
            clocks = reader.clocks(start, start + minutes * MINUTE)
            yield (
                f'<label class="tick"><input type="radio" name="start" value="{value}" required> '
                f'<time datetime="{value}">{_said(clocks)}</time></label>\n'
            )
    yield f'</fieldset><input type="hidden" name="tz" value="{escape(reader.zone)}">\n'
    yield (
        f'<p><label for="name">Your name</label> <input id="name" name="name" type="text" '
        f'autocomplete="name" maxlength="{LONGEST_VISITOR}" value="{escape(typed[0])}" required></p>\n'
        '<p><label for="email">Your e-mail address</label> <input id="email" name="email" type="email" '
        f'autocomplete="email" maxlength="254" value="{escape(typed[1])}" required></p>\n'
    )
    yield '<button class="button large whole first">Take this time</button></form>\n'
    yield (
        '<footer class="hint">A mail asks you to confirm it; until then the time is held for 15 minutes. '
        "You need no account. Your address is used for this alone.</footer>\n"
    )


def confirming_page(view: VisitView, now: Instant, zone: str) -> str:
    """Show what a stranger is to confirm."""
    title = one_line(view.invitation.title, _LONGEST) or "(no title)"
    reader = Reader(zone, now)
    owner = one_line(view.owner.name, _LONGEST) or view.owner.email
    when = reader.span(view.visit.start, view.visit.end)
    return page(
        title,
        (
            f'<header><h1>{_said(title)}</h1><p class="lead">{_said(when)}, with {_said(owner)}.</p>'
            f'<p class="hint">Times are in {_said(reader.place)}.</p></header>\n',
            '<form method="post" action=""><button class="button large whole first" name="verb" '
            f'value="{LinkVerb.CONFIRM}">Confirm this time</button></form>\n',
            zone_choice(reader.zone),
            f'<footer class="hint">It is held until {_said(reader.when(view.visit.expires_at))}. '
            "Nothing has happened by opening this page.</footer>\n",
        ),
    )


def _name(view: InvitationView) -> str:
    return one_line(view.owner.name, _LONGEST) or view.owner.email


def _said(text: str) -> str:
    return escape(one_line(text, 1000))
