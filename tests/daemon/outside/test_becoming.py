"""A guest becomes a user by an operator's word alone; what they answered stays, until they are forgotten."""

from pathlib import Path

import pytest

from engine.ids import SessionId, UserId
from engine.sessions.guests import AwaitsGuestError
from tests.daemon.http.site.browsing import Marked
from tests.daemon.outside.outsiders import EVE, FRANK, GUESTS, Outsiders, outside
from tests.worlds.command_line import Line
from tests.worlds.notice_world import ALICE, BOB, noticing


def shown(at: Outsiders, session: str) -> str:
    page = at.signed_in("alice").get(f"/sessions/{session}")
    assert page.status_code == 200
    return Marked(page.text).text


def answered(at: Outsiders, title: str) -> tuple[SessionId, list[str]]:
    """Have Alice ask Bob and Eve, and Eve tick the second time; gives the session and the starts."""
    session = at.ask("bob", EVE, title=title)
    link = at.link(EVE, "asked")
    starts = at.ticks(link)
    assert at.tick(link, starts[1]).status_code == 200
    return session, starts


@pytest.mark.long
@pytest.mark.upload
def test_whom_an_operator_lets_in_keeps_what_they_answered(tmp_path: Path) -> None:
    """By HTTP: the page of the host, the answer, the booking, the next session, and what is forgotten."""
    with outside(tmp_path) as at:
        session = at.ask("bob", EVE, optional=(FRANK,), title="Goldcrest")
        before = shown(at, session)
        assert all(word in before for word in (EVE, FRANK, "optional guest, not yet", "0 of 3"))
        assert "Take this time" not in before
        assert f"Waits for the answer of {EVE}" in before
        link = at.link(EVE, "asked")
        starts = at.ticks(link)
        at.tick(link, starts[1])
        page = shown(at, session)
        assert "1 of 3" in page
        assert page.count("Take this time") == 1
        assert page.count(f"Does not suit {EVE}") == len(starts) - 1

        for nobody in ("alice", "bob"):
            assert at.api(nobody, "POST", "/v1/users", {"email": EVE, "name": "Eve"}).status_code == 403
        made = at.api("root", "POST", "/v1/users", {"email": EVE, "name": "Eve Stone"})
        assert made.status_code == 201, made.text
        assert at.guests(session)[0]["suits"] == [starts[1]]
        late = at.tick(link, starts[0])
        assert (late.status_code, "answered already" in late.text) == (409, True)
        refused = at.api("alice", "POST", f"/v1/sessions/{session}/accept", {"start": starts[0]})
        assert refused.status_code == 409
        assert at.api(EVE, "GET", f"/v1/sessions/{session}").status_code == 404
        assert at.api(EVE, "GET", "/v1/sessions").json()["items"] == []
        taken = at.api("alice", "POST", f"/v1/sessions/{session}/accept", {"start": starts[1]})
        assert taken.status_code == 200
        at.world.run_once()
        assert len(at.calendar(EVE)) == 1
        assert "by mail" in shown(at, session)
        said = at.api("alice", "POST", f"/v1/sessions/{session}/messages", {"content": f"Add {EVE}"})
        assert said.status_code < 500
        assert [one["address"] for one in at.guests(session)] == [EVE, FRANK]

        later = at.api("alice", "POST", "/v1/sessions", {"title": "Siskin", "inviteeIds": [EVE]}).json()
        assert later["inviteeIds"] == [EVE]
        assert later.get("guests", []) == []

        gone = at.api("root", "DELETE", f"/v1/users/{EVE}")
        assert gone.status_code == 204, gone.text
        assert [one["address"] for one in at.guests(session)] == [FRANK]
        assert at.client.get(link).status_code == 410
        kept = str(at.services.custody.export(UserId("alice")))
        assert not [word for word in (EVE, "Eve Stone") if word in kept]


@pytest.mark.long
@pytest.mark.upload
def test_whom_the_file_names_from_now_on_keeps_what_they_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command: under a short id, with a calendar of her own, beside a session where she is a guest."""
    line = Line(capsys)
    with noticing(tmp_path, ALICE, BOB, settings=GUESTS) as world:
        with world.standing(), world.services() as services:
            world.run_once()
            at = Outsiders(world, services)
            session, starts = answered(at, "Goldcrest")
        file = world.file
        file.write_text(f'{file.read_text()}\n[users.eve]\nemail = "{EVE}"\ntimezone = "Europe/Berlin"\n')
        world.run_once()
        said = line("session", "show", session, "-c", file)
        assert (said.returncode, EVE in said.stdout, "answered" in said.stdout) == (0, True, True)
        with world.services() as services:
            with pytest.raises(AwaitsGuestError):
                services.desk.accept_at(session, starts[0])
            services.desk.accept_at(session, starts[1])
        world.run_once()
        assert len(at.calendar(EVE)) == 1
        next_one = line(
            "session", "create", "--host", "alice", "--with", EVE, "--title", "Siskin", "-c", file
        )
        assert next_one.returncode == 0, next_one.stderr
        gone = line("erase", "eve", "--yes", "-c", file)
        assert gone.returncode == 0, gone.stderr
        assert EVE not in str(world.view(session))
