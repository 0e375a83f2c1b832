"""Rules that guide scheduling."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from daemon.app.family.family_rules import EVERYBODY
from daemon.http.answers.document import Page, answers
from daemon.http.answers.family import RuleAnswer
from daemon.http.asking import Asking
from daemon.http.family_asking import Desks
from daemon.http.family_bodies import EditedRule, NewRule
from daemon.http.pages import Limit, from_cursor, page_of
from daemon.http.repeats import RepeatableRoute

router = APIRouter(prefix="/v1/rules", tags=["family"], route_class=RepeatableRoute)
Cursor = Annotated[str | None, Query(max_length=255)]
Document = dict[str, Any]


@router.get("", responses=answers(Page[RuleAnswer]))
def list_rules(
    desks: Desks,
    user: Annotated[str | None, Query(max_length=255, description="A user, `all`, or `resource:ID`.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Document:
    """List the rules that concern one, those switched off too."""
    return page_of(from_cursor(desks.rules.listed(user), cursor, "id"), limit, "id")


@router.post("", status_code=HTTPStatus.CREATED, responses=answers(RuleAnswer, 201))
def create_rule(body: NewRule, desks: Desks, principal: Asking, response: Response) -> Document:
    """Make a rule for oneself; operators make them for others and for everybody."""
    whom = body.user or principal.user or EVERYBODY
    made = desks.rules.add(whom, body.name, body.level, body.rule, body.priority)
    response.headers["Location"] = f"/v1/rules/{quote(str(made['id']))}"
    return made


@router.get("/{id:path}", responses=answers(RuleAnswer))
def show_rule(id: str, desks: Desks) -> Document:
    """Show one."""
    return desks.rules.show(id)


@router.patch("/{id:path}", responses=answers(RuleAnswer))
def edit_rule(id: str, body: EditedRule, desks: Desks) -> Document:
    """Switch one on or off."""
    return desks.rules.switch(id, active=body.active)


@router.delete("/{id:path}", status_code=HTTPStatus.NO_CONTENT)
def delete_rule(id: str, desks: Desks) -> None:
    """Switch one off."""
    desks.rules.switch(id, active=False)
