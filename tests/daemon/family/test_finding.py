"""What it costs to find what a change collides with: as many questions of the store, however much that is."""

from pathlib import Path

from daemon.family.finding import look
from daemon.services import Services
from tests.daemon.family.home import add, at_home
from tests.store.questions import questions


def asked_by(services: Services, event: str) -> int:
    """Count what is asked when one event is looked at once more."""
    with services.store.writing() as tx, questions() as asked:
        look(tx, services.knowledge_policy, [event], "event.update", services.clock.now())
    return len(asked)


def test_no_more_is_asked_of_the_store_the_more_a_change_collides_with(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        one = add(services, "Fair", "10:00", "20:00")
        add(services, "Piano", "10:00", "10:30")
        add(services, "Choir", "11:00", "11:30", rule="FREQ=WEEKLY;COUNT=2")
        few = asked_by(services, one.id)
        for hour in range(12, 20):
            rule = "FREQ=WEEKLY;COUNT=2" if hour % 2 else None
            add(services, f"At {hour}", f"{hour}:00", f"{hour}:30", rule=rule)
        with services.store.reading() as tx:
            assert len(tx.repositories.conflicts.all()) == 10
        assert asked_by(services, one.id) == few
