"""Acceptance 42: five calendars hold the event within two seconds of processor."""

import sys
import time

import pytest

from engine.model.booking import BookingState
from tests.worlds.book_world import World

pytestmark = pytest.mark.bench
MOST_SECONDS = 2.0


def test_acceptance_42_five_calendars_hold_the_event_within_two_seconds() -> None:
    world = World(people=("host", "ana", "ben", "cleo", "dan"))
    world.propose()
    world.accept()
    began = time.process_time()
    assert world.run() is BookingState.CONFIRMED
    taken = time.process_time() - began
    sys.stderr.write(f"five calendars: {taken * 1000:.0f} ms\n")
    assert taken < MOST_SECONDS
