"""What people from outside are mailed, by a relay that says not now, says no, or drops the line."""

from pathlib import Path

import pytest

from engine.model.booking import OutboxState
from engine.time.instant import format_instant
from tests.daemon.notices.test_every_kind import Moody
from tests.daemon.outside.outsiders import Outsiders, outside

MOODS = ("patient", "refused", "dropped")
CLIENTS = dict(zip(MOODS, ("203.0.113.1", "203.0.113.2", "2001:db8::1"), strict=True))


def told(at: Outsiders, kind: str, domain: str) -> dict[str, list[str]]:
    """Give the Message-IDs that each was sent, once the relay was tried again."""
    for _ in range(3):
        at.world.run_once()
        at.world.pass_time(31)
    return {who: [str(one["Message-ID"]) for one in at.mails(f"{who}@{domain}", kind)] for who in MOODS}


def holds(at: Outsiders, kind: str, domain: str, *, stuck: int) -> None:
    sent = told(at, kind, domain)
    assert len(sent["patient"]) == 1, kind
    assert (len(sent["dropped"]), len(set(sent["dropped"]))) == (2, 1), kind
    assert sent["refused"] == [], kind
    with at.services.store.reading() as tx:
        failed = tx.repositories.dispatches.stuck()
    assert len(failed) == stuck, kind
    assert all(one.state is OutboxState.FAILED and "550 5.1.1" in (one.last_error or "") for one in failed)


@pytest.mark.long
@pytest.mark.upload
def test_each_kind_of_mail_to_people_from_outside_is_told_as_promised(tmp_path: Path) -> None:
    with outside(tmp_path, room=Moody()) as at:
        at.ask(*(f"{who}@example.org" for who in MOODS), title="Goldcrest")
        holds(at, "asked", "example.org", stuck=1)

        link, _ = at.invite(title="Office hour", within="6d", uses=9)
        for who, client in CLIENTS.items():
            taken = at.take(link, at.ticks(link)[0], who, f"{who}@visitor.test", client)
            assert taken.status_code == 200, who
        holds(at, "confirm", "visitor.test", stuck=2)

        for who in ("patient", "dropped"):
            page = at.link(f"{who}@visitor.test", "confirm")
            assert at.press(page, "confirm").status_code == 200
        with at.services.store.reading() as tx:
            visits = [
                one
                for each in tx.repositories.invitations.all()
                for one in tx.repositories.visits.of_invitation(each.id)
            ]
        at.world.busy("alice", *((format_instant(one.start), format_instant(one.end)) for one in visits))
        sent = told(at, "no_longer", "visitor.test")
        assert [len(sent[who]) for who in MOODS] == [1, 0, 2]
        assert len(set(sent["dropped"])) == 1
        assert at.world.events("alice") == []
