"""What is under way is said where it takes over a second, on standard error alone."""

import io
import sys
import threading

import pytest

from daemon.terminal import progress
from daemon.terminal.progress import Progress
from tests.standins.time import HandClock, StillClock


class Terminal(io.StringIO):
    """A screen that is one, and lets a test wait for what is shown on it."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        self.drawn.set()
        return written


def test_what_is_soon_over_is_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(StillClock(0)) as say:
        say("reading")
        say("comparing")
    assert capsys.readouterr() == ("", "")


def test_in_a_pipe_each_step_after_a_second_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    clock = HandClock()
    say = Progress(clock)
    say("reading 6 calendars")
    clock.at += 2
    say("comparing 212 bookings")
    say("comparing 212 bookings")
    say("two\nlines \x1b[2J")
    assert capsys.readouterr() == ("", "comparing 212 bookings\ntwo lines [2J\n")


def test_what_has_been_under_way_for_a_second_is_said_once_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.0)
    heard = Terminal()
    heard.isatty = lambda: False  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", heard)
    with Progress(StillClock(0)) as say:
        say("asking alice-home")
        assert heard.drawn.wait(60)
    assert heard.getvalue() == "asking alice-home\n"


def test_on_a_terminal_one_line_is_drawn_again_and_then_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.0)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with Progress(StillClock(0)) as say:
        say("reading 3 of 6: priya-work")
        assert screen.drawn.wait(60)
    shown = screen.getvalue()
    assert "\n" not in shown
    assert shown.endswith("\r\x1b[K")


def test_a_line_that_stays_takes_the_place_of_what_is_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "QUIET", 0.0)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with Progress(StillClock(0), "removing") as say:
        assert screen.drawn.wait(60)
        say.line("gatherly-1@example.com")
    assert capsys.readouterr().out == "gatherly-1@example.com\n"
    assert "removing" in screen.getvalue()


def test_of_several_things_each_says_which_of_them_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    clock = HandClock()
    say = Progress(clock)
    clock.at += 2
    assert list(say.each(["home", "work"], lambda name: f"reading {name}")) == ["home", "work"]
    assert list(say.each(["spare"], lambda name: f"reading {name}")) == ["spare"]
    assert capsys.readouterr().err == "reading home (1 of 2)\nreading work (2 of 2)\nreading spare\n"
