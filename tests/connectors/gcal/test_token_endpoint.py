"""A token endpoint that is busy or broken is no refusal of the grant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import SourceExpiredError, SourceUnavailableError
from tests.connectors.gcal.world import GoogleWorld, google_world
from tests.standins.google.faults import Fault


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as made:
        yield made


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.ERROR_BEFORE, Fault.LOST_BEFORE])
def test_no_answer_now_is_asked_for_again_and_the_grant_lives(world: GoogleWorld, fault: Fault) -> None:
    world.google.faults.then("oauth.token", fault)
    with pytest.raises(SourceUnavailableError) as raised:
        world.everything()
    assert not isinstance(raised.value, SourceExpiredError)
    assert world.everything().whole
