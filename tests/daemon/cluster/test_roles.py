"""What each role does: together they do everything, and what is everybody's is done by each."""

import pytest

from daemon.cluster.role import Role
from daemon.jobs.jobs import JOBS

EVERYBODYS = {"clock", "events", "indexes", "reads"}
POLLS = {"pull", "refresh", "push"}
DONE = {Role.POLL: POLLS, Role.WEB: set[str](), Role.BOOK: {job.name for job in JOBS} - POLLS - EVERYBODYS}


def done_by(role: Role) -> set[str]:
    return {job.name for job in JOBS if role.does(job.role)}


@pytest.mark.parametrize("role", [Role.POLL, Role.BOOK, Role.WEB])
def test_a_role_does_its_own_and_what_is_everybodys(role: Role) -> None:
    assert done_by(role) == DONE[role] | EVERYBODYS


def test_all_does_all_and_so_do_the_three_together() -> None:
    every = {job.name for job in JOBS}
    assert done_by(Role.ALL) == every
    assert done_by(Role.POLL) | done_by(Role.BOOK) | done_by(Role.WEB) == every


@pytest.mark.parametrize(("role", "serves"), [("all", True), ("web", True), ("poll", False), ("book", False)])
def test_http_is_served_by_web(role: str, serves: bool) -> None:
    assert Role(role).does(Role.WEB) is serves


def test_each_role_has_a_job_that_the_watchdog_waits_for() -> None:
    for role in Role:
        assert [job.name for job in JOBS if job.watched and role.does(job.role)]
