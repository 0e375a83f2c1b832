"""What people are told by mail: once, in their own time, and only what stands."""

from pathlib import Path

from tests.worlds.notice_world import html_of, noticing, text_of


def test_the_host_is_asked_and_everybody_is_told_once_it_stands(tmp_path: Path) -> None:
    with noticing(tmp_path) as world:
        session = world.create("alice", "bob", "dave", title="Roadmap review")
        world.run_once()
        assert [world.kinds(name) for name in ("alice", "bob", "dave")] == [["proposed"], [], []]
        asked = world.letters("alice")[0]
        assert str(asked["Subject"]) == "Choose a time: Roadmap review, 30 minutes"
        world.accept(session)
        world.run_once()
        world.run_once()
        told = {name: world.kinds(name) for name in ("alice", "bob", "dave")}
        assert told == {"alice": ["proposed", "booked"], "bob": ["booked"], "dave": ["booked"]}
        print(text_of(asked))
        print(text_of(world.letters("dave")[0]))
        (tmp_path / "a.html").write_text(html_of(asked))
