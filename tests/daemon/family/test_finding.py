"""What it costs to find what a change collides with: as many questions of the store, however much that is."""

from pathlib import Path

import sqlalchemy as sa

from daemon.family.finding import look
from daemon.services import Services
from tests.daemon.family.home import add, at_home


def questions(services: Services, event: str) -> int:
    """Count what is asked when one event is looked at once more."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_more: object) -> None:
        asked.append(text)

    with services.store.writing() as tx:
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            look(tx, services.knowledge_policy, [event], "event.update", services.clock.now())
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return len(asked)


def test_no_more_is_asked_of_the_store_the_more_a_change_collides_with(tmp_path: Path) -> None:
    world = at_home(tmp_path)
    with world.standing(), world.services() as services:
        one = add(services, "Fair", "10:00", "20:00")
        add(services, "Piano", "10:00", "10:30")
        add(services, "Choir", "11:00", "11:30", rule="FREQ=WEEKLY;COUNT=2")
        few = questions(services, one.id)
        for hour in range(12, 20):
            rule = "FREQ=WEEKLY;COUNT=2" if hour % 2 else None
            add(services, f"At {hour}", f"{hour}:00", f"{hour}:30", rule=rule)
        with services.store.reading() as tx:
            assert len(tx.repositories.conflicts.all()) == 10
        assert questions(services, one.id) == few
