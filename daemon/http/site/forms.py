"""What forms do: each acts as a program's request of the same name does, then leads back to its page."""

from functools import partial
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from daemon.app.accounts.people import leave
from daemon.app.accounts.permission import require_self
from daemon.app.accounts.settings import change_settings, change_settings_by
from daemon.app.learning.profiles import forget
from daemon.app.read_now import ask_to_read
from daemon.app.requests.conversation import say
from daemon.app.requests.relax import relax
from daemon.app.sessions import SessionDesk
from daemon.http.asking import AnyDoors
from daemon.http.doors import Doors
from daemon.http.problems import ProblemError
from daemon.http.site.answers import LOOK_COOKIE, PageRoute, go_on, said
from daemon.http.site.browsing import OwnForm, SignedIn, field_of
from daemon.pages.person_page import CLOCKS, THEMES, hours_document, notices_document
from daemon.pages.viewer import Viewer
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.learning.buckets import key_named
from engine.model.session import EventSession, SessionStatus
from engine.time.span import DAY

router = APIRouter(route_class=PageRoute, include_in_schema=False)
FINAL = (SessionStatus.CANCELLED, SessionStatus.FAILED)
A_YEAR = 365 * DAY


class Act:
    """A session that somebody acts on, as they may see it."""

    def __init__(self, id: str, doors: Doors, viewer: Viewer) -> None:
        self.desk: SessionDesk = doors.access.desk.asked_by(viewer.principal)
        self.id = SessionId(id)
        with doors.access.store.reading() as tx:
            self.session: EventSession = self.desk.found(tx, self.id)

    def alive(self) -> SessionId:
        """Refuse what is over."""
        if self.session.status in FINAL:
            raise ProblemError(HTTPStatus.CONFLICT, f"The session is {self.session.status}")
        return self.id

    def shown(self) -> Response:
        """Lead back to its page."""
        return go_on(f"/sessions/{quote(self.id, safe='')}")


@router.post("/sessions/{id}/accept")
def accept(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Say that a time, or several, suit: by their starts, for a number may soon mean another one."""
    act = Act(id, doors, viewer)
    starts = [one for one in (*form.get("slot", ()), *form.get("slots", ())) if one]
    who = viewer.id if viewer.id in act.session.attendee_ids else act.session.host_user_id
    if not starts:
        raise InputError("No time was ticked", "Tick those that suit you")
    for start in dict.fromkeys(starts):
        if start.isascii() and start.isdecimal() and len(start) <= 3:
            act.desk.accept(act.alive(), int(start), who)
        else:
            act.desk.accept_at(act.alive(), start, who)
    return act.shown()


@router.post("/sessions/{id}/decline")
def decline(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Say that one cannot come."""
    act = Act(id, doors, viewer)
    act.desk.decline(act.alive(), viewer.id)
    return act.shown()


@router.post("/sessions/{id}/reject")
def reject(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Take none of the times."""
    act = Act(id, doors, viewer)
    act.desk.reject(act.alive())
    return act.shown()


@router.post("/sessions/{id}/reschedule")
def reschedule(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Look for another time."""
    act = Act(id, doors, viewer)
    act.desk.reschedule(act.alive(), field_of(form, "message") or None)
    return act.shown()


@router.post("/sessions/{id}/cancel")
def cancel(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Call it off."""
    act = Act(id, doors, viewer)
    act.desk.cancel(act.alive(), field_of(form, "reason") or None)
    return act.shown()


@router.post("/sessions/{id}/release")
def release(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Let a stuck booking be (operators)."""
    act = Act(id, doors, viewer)
    act.desk.release(act.id)
    return act.shown()


@router.post("/sessions/{id}/relax")
def relax_it(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Ask anew with one change; leads to the new session."""
    act = Act(id, doors, viewer)
    fresh = relax(act.desk, act.id, field_of(form, "change"))
    return go_on(f"/sessions/{quote(fresh.id, safe='')}")


@router.post("/sessions/{id}/messages")
def message(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Say something in a session."""
    act = Act(id, doors, viewer)
    say(act.desk, act.id, field_of(form, "content"))
    return act.shown()


@router.post("/connectors/{name}/sync")
def sync(name: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Have a connector read now (operators)."""
    viewer.principal.must_be_operator("have a connector read")
    access = doors.access
    connectors = access.configuration.settings.connectors
    ask_to_read(viewer.principal, access.store, connectors, name, access.clock.now())
    return go_on("/")


@router.post("/people/{id}/hours")
def hours(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Keep somebody's hours."""
    require_self(viewer.principal, UserId(id))
    change_settings_by(doors.access, viewer.principal, UserId(id), partial(hours_document, form))
    return _kept(id, "hours")


@router.post("/people/{id}/notices")
def notices(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Keep how somebody wants to be told."""
    require_self(viewer.principal, UserId(id))
    change_settings(doors.access, viewer.principal, UserId(id), notices_document(form))
    return _kept(id, "notices")


@router.post("/people/{id}/look")
def look(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Keep how pages look in this browser."""
    require_self(viewer.as_user, UserId(id))
    theme, clock = field_of(form, "theme"), field_of(form, "clock")
    if theme not in dict(THEMES) or clock not in dict(CLOCKS):
        raise InputError("There is no such look", "Choose one of those on the page")
    answer = _kept(id, "look")
    secure = doors.access.configuration.settings.api.base.startswith("https:")
    answer.set_cookie(
        LOOK_COOKIE, f"{theme}.{clock}", A_YEAR, path="/", httponly=True, samesite="lax", secure=secure
    )
    return answer


@router.post("/people/{id}/forget")
def forget_lessons(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Forget a lesson that was learnt of somebody, or all; their hours and rules stay."""
    require_self(viewer.principal, UserId(id))
    lesson = field_of(form, "lesson")
    forget(doors.access, viewer.principal, UserId(id), key_named(lesson) if lesson else None)
    return _kept(id, "forgotten")


@router.post("/people/{id}/erase")
def erase(id: str, request: Request, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Forget somebody who asks for it; what is booked with them is withdrawn first."""
    require_self(viewer.as_user, UserId(id))
    if field_of(form, "sure") != id:
        raise InputError("The id that was typed is another", "Type it as it stands beside the field")
    leave(doors.access, viewer.as_user, UserId(id))
    what = "What you asked for is called off, you go out of the rest, and everything of yours is removed."
    return said(request, HTTPStatus.OK, what, title="You are forgotten", back="/sign-in")


def _kept(id: str, what: str) -> Response:
    return go_on(f"/people/{quote(id, safe='@')}?kept={what}")


@router.post("/insight/checks")
def checks(doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Run all checks beside this request (operators); leads to where their findings appear."""
    doors.checks.begin(doors.access, viewer.principal)
    return go_on("/insight#checks")
