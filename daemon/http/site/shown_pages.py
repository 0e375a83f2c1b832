"""The pages that are looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from connectors.registry import kind_of
from daemon.app.access import Access
from daemon.app.accounts.availability import availability_in, explain_in, own_blocks, own_titles
from daemon.app.accounts.permission import require_self
from daemon.app.accounts.settings import personal_document_in
from daemon.app.connector_status import own_connectors
from daemon.app.insight.all_checks import AllChecks
from daemon.app.insight.analytics import analytics
from daemon.app.learning.profiles import profile_document
from daemon.app.log import LogFilter, happened
from daemon.app.occurrences import Place, series_rows
from daemon.app.requests import series
from daemon.app.status import gather
from daemon.http.asking import AnyDoors
from daemon.http.doors import Doors
from daemon.http.site.answers import PageRoute, look_of, page
from daemon.http.site.browsing import SignedIn
from daemon.http.site.own_sessions import OwnSessions, confirm_of
from daemon.pages.home_page import home_page
from daemon.pages.insight_page import insight_page
from daemon.pages.next_days import next_days, next_days_of
from daemon.pages.person_page import person_page
from daemon.pages.series_part import NO_OTHERS, OtherTimes
from daemon.pages.session_page import session_page
from daemon.pages.session_parts import attendees
from daemon.pages.subjects import subject_of_session
from daemon.pages.viewer import Viewer
from daemon.pages.week_page import week_of, week_page
from engine.ids import SessionId, UserId
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.span import Instant

router = APIRouter(route_class=PageRoute, include_in_schema=False)


def shown(
    template: str,
    values: Mapping[str, Any],
    request: Request,
    doors: Doors,
    viewer: Viewer,
    status: HTTPStatus = HTTPStatus.OK,
    waiting: int | None = None,
) -> Response:
    """Answer with a page of the frame; the count beside Home is that of all pages."""
    if waiting is None:
        with doors.access.store.reading() as tx:
            waiting = len(OwnSessions.of(tx, doors, viewer).awaited())
    told = {"theme": viewer.theme, **values, "viewer": replace(viewer, waiting=waiting)}
    return page(template, told, request, status)


def people_of(tx: Transaction, ids: Iterable[str]) -> dict[UserId, User]:
    """Give those of some people who are users."""
    return {user.id: user for user in tx.users.some({UserId(one) for one in ids})}


@router.get("/")
def home(request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Show what needs the reader."""
    access, confirm = doors.access, confirm_of(doors)
    with access.store.reading() as tx:
        sessions = OwnSessions.of(tx, doors, viewer).at_home()
        now, operator = access.clock.now(), viewer.operator
        own = own_connectors(tx, access.configuration, now, viewer.id)
        health = gather(tx, access.configuration, now) if operator else None
        owners = [] if health is None else [one.user for one in health.connectors if one.user is not None]
        people = people_of(tx, (*(user for one in sessions.all() for user in attendees(one)), *owners))
    today, window = next_days_of(viewer)
    days = next_days(viewer, today, window, own_blocks(access, viewer.id, window), sessions.all())
    values = home_page(sessions, viewer, people, confirm, own, health, days)
    return shown("home.html", values, request, doors, viewer, waiting=sessions.awaited)


@router.get("/sessions/{id}")
def session(id: str, request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Show a session."""
    access = doors.access
    desk = access.desk.asked_by(viewer.principal)
    with access.store.reading() as tx:
        found = desk.found(tx, SessionId(id))
        document = desk.view_in(tx, found)
        records = happened(tx, LogFilter(session=SessionId(id))).records
        people = people_of(tx, attendees(document))
    subject = None
    if document["status"] == "pending" and not document.get("finalTime"):
        subject = subject_of_session(
            access,
            found,
            viewer.id,
            viewer.reader.zone,
            sunday_first=viewer.sunday_first,
            titled=partial(own_titles, access, viewer.id),
        )
    hosting = viewer.operator or found.host_user_id == viewer.id
    rows = series_rows(document, viewer.reader.now) if hosting else ()
    collide = [row.start for row in rows if row.place is Place.COLLIDES]
    others = OtherTimes(series.others_for(desk, found, collide)) if collide else NO_OTHERS
    values = session_page(document, viewer, people, confirm_of(doors), subject, records, others)
    return shown("session.html", values, request, doors, viewer)


@router.get("/week")
def week(
    request: Request,
    doors: AnyDoors,
    viewer: SignedIn,
    first: Annotated[str | None, Query(alias="from", max_length=30)] = None,
    at: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Show the reader's own week, and why not at a moment."""
    begins, window = week_of(viewer, _day(first or at), sunday_first=viewer.sunday_first)
    moment = _moment(viewer, at)
    with doors.access.store.reading() as tx:
        blocks = availability_in(tx, doors.access, viewer.as_user, viewer.id, window)
        own = OwnSessions.of(tx, doors, viewer, window.start)
        sessions, left_out = own.in_week(window)
        waiting = len(own.awaited())
        why = None if moment is None else (moment, explain_in(tx, doors.access, viewer.id, moment))
    values = week_page(viewer, begins, window, blocks, sessions, why, left_out)
    return shown("week.html", values, request, doors, viewer, waiting=waiting)


def _day(text: str | None) -> str | None:
    return None if text is None else text[:10]


def _moment(viewer: Viewer, at: str | None) -> Instant | None:
    """Read at which moment something is asked of the week, on the reader's clock; None where it is none."""
    if not at:
        return None
    try:
        told = datetime.fromisoformat(at)
        local = told if told.tzinfo else told.replace(tzinfo=ZoneInfo(viewer.reader.zone))
        moment = int(local.timestamp())
    except (ValueError, OverflowError):
        return None
    if not date(2000, 1, 1) <= told.date() <= date(2100, 1, 1):
        return None
    return moment


@router.get("/people/{id}")
def person(
    id: str,
    request: Request,
    doors: AnyDoors,
    viewer: SignedIn,
    kept: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show somebody's settings: one's own, or as an operator anybody's."""
    require_self(viewer.principal, UserId(id))
    access = doors.access
    with access.store.reading() as tx:
        settings = personal_document_in(tx, access, UserId(id))
        (user,) = tx.users.some((UserId(id),))
        own = own_connectors(tx, access.configuration, access.clock.now(), user.id)
        waiting = len(OwnSessions.of(tx, doors, viewer).awaited())
    consents = [one.name for one in own if kind_of(one.kind).capabilities.consents]
    told = {one.name: doors.consents.told(one.name) for one in own}
    values = person_page(
        user,
        settings,
        viewer,
        own,
        consents,
        channels_of(access),
        kept,
        lessons=profile_document(access, user.id, "you" if user.id == viewer.id else None),
        told=told,
    )
    keys = access.configuration.settings.keys_of(user.id)
    theme, clock = look_of(request, keys.theme, keys.clock)
    chosen = {"theme_chosen": theme, "clock_chosen": clock}
    return shown("person.html", {**values, **chosen}, request, doors, viewer, waiting=waiting)


def channels_of(access: Access) -> list[str]:
    """Name the operator's channels for notices."""
    return list(getattr(access.configuration.settings, "notify", None) or ())


@router.get("/insight")
def insight(request: Request, doors: AnyDoors, viewer: SignedIn) -> Response:
    """Show how scheduling went."""
    checks = doors.checks if viewer.operator else AllChecks()
    figures = analytics(doors.access, viewer.principal, doors.tallies, doors.compute)
    return shown("insight.html", insight_page(figures, viewer, checks), request, doors, viewer)
