"""A town whose answers have taught something: Alice and Bob like two o'clock, Carol teaches nothing."""

from pathlib import Path

from tests.daemon.proposals.test_learning import settled
from tests.worlds.folder_world import FolderWorld, Somebody

HOURS = ("09:00", "17:00")
LEARNING = '[sync]\nhorizon = "60d"\n[learning]\nfit_every = "1s"\n'
PEOPLE = (
    Somebody(name="alice", hours=HOURS, extra='name = "Alice"'),
    Somebody(name="bob", hours=HOURS, extra='name = "Bob"'),
    Somebody(name="carol", hours=HOURS, extra='name = "Carol"\nlearn = false'),
    Somebody(name="dave", hours=HOURS, extra='name = "Dave"'),
)


def learned(root: Path) -> FolderWorld:
    """Let one session be taken at 14:00, and one at 09:00 be rejected and called off."""
    world = FolderWorld(root, PEOPLE, "2025-11-16T12:00:00Z", LEARNING)
    with world.standing():
        settled(world, "alice", "bob", between="14:00-14:30")
        settled(world, "alice", "bob", take=False, between="09:00-10:00")
    return world


def switched(world: FolderWorld, before: str, after: str) -> None:
    """Write something else into the configuration."""
    text = world.file.read_text()
    assert before in text
    world.file.write_text(text.replace(before, after))
