"""What is known of contacts by commands: each kind entered, read, changed and removed, by its owner alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.http.asking import PEOPLE
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import ON
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld

KINDS: Mapping[str, tuple[tuple[str, ...], Mapping[str, Any], tuple[str, ...], Mapping[str, Any]]] = {
    "interaction": (
        (
            *(
                "--contact",
                "ANA",
                "--type",
                "call",
                "--at",
                "2025-10-01T10:00:00Z",
                "--direction",
                "outbound",
            ),
            *("--subject", "A call", "--note", "about it", "--summary", "it", "--sentiment", "-0.5"),
            *("--minutes", "10", "--attendee", "x@x.example", "--attendee", "y@x.example"),
        ),
        {
            **{
                "interactionType": "call",
                "direction": "outbound",
                "subject": "A call",
                "content": "about it",
            },
            **{"contentSummary": "it", "sentimentScore": -0.5, "durationMinutes": 10},
            **{"meetingAttendees": ["x@x.example", "y@x.example"], "interactionDate": "2025-10-01T10:00:00Z"},
        },
        ("--subject", "Another", "--at", "2025-10-02T10:00:00Z"),
        {"subject": "Another", "interactionDate": "2025-10-02T10:00:00Z", "content": "about it"},
    ),
    "interest": (
        ("--contact", "ANA", "--category", "sports", "--topic", "curling", "--confidence", "0.4"),
        {"interestCategory": "sports", "interestTopic": "curling", "confidenceScore": 0.4},
        ("--confidence", "0"),
        {"confidenceScore": 0.0, "interestTopic": "curling"},
    ),
    "relationship": (
        ("--contact", "ANA", "--other", "BEN", "--type", "colleague", "--strength", "0.3"),
        {"relationshipType": "colleague", "strengthScore": 0.3},
        ("--type", "friend"),
        {"relationshipType": "friend", "strengthScore": 0.3},
    ),
    "memory": (
        (
            *("--contact", "ANA", "--type", "insight", "--title", "Food", "--content", "No peanuts"),
            *("--confidence", "0.5", "--tag", "food", "--expires", "2027-01-01T00:00:00Z"),
        ),
        {
            **{"memoryType": "insight", "title": "Food", "content": "No peanuts", "confidenceScore": 0.5},
            **{"tags": ["food"], "expiresAt": "2027-01-01T00:00:00Z", "isArchived": False},
        },
        ("--title", "Diet", "--archived"),
        {"title": "Diet", "isArchived": True, "content": "No peanuts"},
    ),
}
REFUSED = (
    (
        "interaction",
        "add",
        "--contact",
        "ANA",
        "--type",
        "call",
        "--at",
        "2025-10-01T10:00:00Z",
        "--subject",
        "x" * 501,
    ),
    ("interaction", "add", "--contact", "NOBODY", "--type", "call", "--at", "2025-10-01T10:00:00Z"),
    ("interaction", "add", "--contact", "ANA", "--type", "call", "--at", "the day after"),
    ("interest", "add", "--contact", "ANA", "--category", " ", "--topic", "x", "--confidence", "0.4"),
    ("interest", "add", "--contact", "ANA", "--category", "x" * 101, "--topic", "x", "--confidence", "0.4"),
    ("relationship", "add", "--contact", "ANA", "--other", "ANA"),
    ("memory", "add", "--type", "insight", "--content", "  "),
    ("memory", "add", "--type", "insight", "--content", "x", "--contact", "NOBODY"),
    ("memory", "add", "--type", "insight", "--content", "x", "--title", "x" * 256),
    ("memory", "list", "--contact", "NOBODY"),
)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, NOW, ON)


def test_every_kind_is_entered_read_changed_and_removed_by_its_owner(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line(capsys)
    alice, bob = (("-c", world.file, "--as", who) for who in ("alice", "bob"))
    ids = {
        name: str(line.asked("contact", "add", *alice, "--name", name.title())["id"])
        for name in ("ana", "ben")
    }

    def named(words: tuple[str, ...]) -> list[str]:
        return [ids.get(word.casefold(), word) if word.isupper() else word for word in words]

    for kind, (made, fields, changed, after) in KINDS.items():
        one = line.asked(kind, "add", *alice, *named(made))
        assert {key: one[key] for key in fields} == fields
        listed = [each["id"] for each in line.asked(kind, "list", *alice)]
        assert one["id"] in listed
        assert one["id"][:8] in line(kind, "list", *alice, "--contact", ids["ana"]).stdout
        edited = line.asked(kind, "edit", one["id"], *alice, *changed)
        assert {key: edited[key] for key in after} == after
        assert line.asked(kind, "show", one["id"], *alice) == edited
        assert line(kind, "show", one["id"], *alice).stdout.strip()
        for verb in (("show",), ("edit", *changed), ("delete",)):
            assert line(kind, verb[0], one["id"], *bob, *verb[1:]).returncode == 1
        assert line.asked(kind, "list", *bob) == []
        assert line(kind, "delete", one["id"], *alice).returncode == 0
        assert line(kind, "show", one["id"], *alice).returncode == 1
        assert line(kind, "delete", one["id"], *alice).returncode == 1
    for words in REFUSED:
        refused = line(*words[:2], *alice, *named(words[2:]))
        assert refused.returncode in (1, 2, 64), words
        assert len(refused.stderr.strip().splitlines()) == 1, words
