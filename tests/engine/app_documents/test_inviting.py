"""Whom an app's people may invite."""

from dataclasses import replace

import pytest

from engine.app_documents.inviting import Domains, Inviting, Whom, check, newcomers, without_newcomers
from engine.errors import InputError
from engine.ids import UserId
from engine.model.session import Group
from tests.contracts.stores.samples import ALICE, BOB, session, user

CARA, DAN = UserId("cara"), UserId("dan@Example.org")
USERS = {
    BOB: replace(user(BOB), email="bob@example.com"),
    CARA: replace(user(CARA), email="cara@mail.EXAMPLE.com"),
}
HERE = Domains(frozenset({"example.com"}))


@pytest.mark.parametrize(
    ("inviting", "invited", "contacts"),
    [
        (Whom.EVERYBODY, [BOB, CARA, DAN], ()),
        (Whom.CONTACTS, [BOB], (BOB,)),
        (Whom.CONTACTS, [], ()),
        (HERE, [BOB], ()),
        (Domains(frozenset({"mail.example.com"})), [CARA], ()),
        (Domains(frozenset({"example.org"})), [DAN], ()),
    ],
)
def test_who_may_be_invited_is(
    inviting: Inviting, invited: list[UserId], contacts: tuple[UserId, ...]
) -> None:
    check(inviting, invited, USERS, contacts)


@pytest.mark.parametrize(
    ("inviting", "invited", "contacts"),
    [
        (Whom.CONTACTS, [BOB], ()),
        (Whom.CONTACTS, [BOB, CARA], (BOB,)),
        (HERE, [CARA], ()),
        (HERE, [DAN], ()),
        (HERE, [UserId("unknown")], ()),
        (HERE, [UserId("bob@example.com.evil.org")], ()),
        (HERE, [UserId("evil.org/@example.com@evil.org")], ()),
        (HERE, [BOB, CARA], (BOB, CARA)),
    ],
)
def test_who_may_not_is_named(
    inviting: Inviting, invited: list[UserId], contacts: tuple[UserId, ...]
) -> None:
    with pytest.raises(InputError, match="cannot be invited here"):
        check(inviting, invited, USERS, contacts)


def test_newcomers_are_in_every_role_and_the_host_is_none() -> None:
    before = session()
    assert newcomers(before, None) == [user for user in before.attendee_ids if user != ALICE]
    more = replace(before, optional_ids=(CARA,), groups=(Group((DAN,), 1),))
    assert newcomers(more, before) == [CARA, DAN]
    assert without_newcomers(more, before) == before
