"""What a series' forms ask of its occurrences: to skip some, to move one, to end it, to stay away."""

from datetime import date

from fastapi import APIRouter, Response

from daemon.app.requests import series
from daemon.http.asking import AnyDoors
from daemon.http.site.answers import PageRoute
from daemon.http.site.browsing import Form, OwnForm, SignedIn, field_of
from daemon.http.site.forms import Act
from engine.documents.clocktimes import parse_clock
from engine.errors import InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)


def _day(form: Form, name: str, called: str) -> date:
    text = field_of(form, name)
    if not text:
        raise InputError(f"{called} is not named", "Choose a day")
    return series.day_of(text, called)


@router.post("/sessions/{id}/skip")
def skip(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Leave some occurrences out, both days included."""
    act = Act(id, doors, viewer)
    first, last = _day(form, "from", "The first day"), _day(form, "until", "The last day")
    series.call_off(act.desk, act.alive(), first, last)
    return act.shown()


@router.post("/sessions/{id}/move")
def move(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Move one occurrence: to a time of its day, or to the nearest that suits."""
    act = Act(id, doors, viewer)
    to = field_of(form, "to")
    at = parse_clock(to, "The time") if to else None
    series.move_one(act.desk, act.alive(), _day(form, "only", "The day"), to=at)
    return act.shown()


@router.post("/sessions/{id}/stop")
def stop(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """End a series before a day."""
    act = Act(id, doors, viewer)
    series.end_before(act.desk, act.alive(), _day(form, "from", "The first day"))
    return act.shown()


@router.post("/sessions/{id}/anew")
def anew(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Look for other times for what follows from a day on."""
    act = Act(id, doors, viewer)
    series.propose_anew(act.desk, act.alive(), _day(form, "from", "The first day"))
    return act.shown()


@router.post("/sessions/{id}/away")
def away(id: str, doors: AnyDoors, viewer: SignedIn, form: OwnForm) -> Response:
    """Stay away on some days, or from a day on where no last one is named."""
    act = Act(id, doors, viewer)
    last = _day(form, "until", "The last day") if field_of(form, "until") else None
    series.stay_away(act.desk, act.alive(), _day(form, "from", "The first day"), last, viewer.id)
    return act.shown()
