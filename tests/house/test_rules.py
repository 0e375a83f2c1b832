"""The product keeps to its rules, and each rule knows what breaks it."""

from collections.abc import Mapping

import pytest

from connectors.registry import KINDS
from tests.house.modules import PAGE, page
from tests.house.product import Module, module, modules_of_tests, product
from tests.house.rules import (
    Rule,
    circles,
    crowded,
    kinds_by_name,
    long_files,
    old_words,
    re_exports,
    retry_loops,
    untyped_state,
    without_importer,
)

pytestmark = pytest.mark.packaging

ENTRIES = {"daemon.cli", "daemon.__main__", "store.sql.migrations.env"}
BY_THEIR_NAMES = {"daemon.app.family.events"}
"""F2's questions of events by the names that F2 gives them: the acceptance list asks them of every store."""
FOUND_BY_FOLDER = {"store.sql.migrations.versions", "daemon.commands"}
MOST_FILES = 30
MOST_LINES = 350
RULES: Mapping[str, Rule] = {
    "kinds": kinds_by_name(KINDS),
    "state": untyped_state,
    "retries": retry_loops,
    "importers": without_importer(ENTRIES | BY_THEIR_NAMES, FOUND_BY_FOLDER),
    "re-exports": re_exports,
    "words": old_words("store.sql.migrations"),
    "folders": crowded(MOST_FILES),
    "lines": long_files(MOST_LINES),
    "circles": circles,
}
BROKEN: tuple[tuple[str, str], ...] = (
    ("kinds", 'if settings.kind == "google": pass'),
    ("kinds", 'polled = kind != "email" and reads'),
    ("kinds", 'if one.kind in ("caldav", "google"): pass'),
    ("kinds", 'INVITING = "email"\nwriting = [one for one in some if one.kind != INVITING]'),
    ("kinds", 'match settings.kind:\n    case "ics": pass'),
    ("kinds", 'form = {"google": 1, "caldav": 2}[settings.kind]'),
    ("kinds", 'is_feed = settings.kind.startswith("ics")'),
    ("state", 'why = session.metadata["notBooked"]'),
    ("state", 'why = session.metadata.get("notBooked")'),
    ("state", 'if "conflicts" in session.metadata: pass'),
    ("state", 'metadata = {**session.metadata, "remembered": 1}'),
    ("state", 'CONFLICTS = "conflicts"\nmetadata = {**session.metadata, CONFLICTS: []}'),
    ("state", 'message = Message(metadata={"epoch": 1})'),
    ("state", "history = session.metadata.get(Key.HISTORY)"),
    ("state", "metadata = {**session.metadata, Key.CONFLICTS: []}"),
    ("retries", "for _ in range(3):\n    with suppress(StaleVersionError):\n        work()"),
    ("retries", "while True:\n    try:\n        work()\n    except StaleVersionError:\n        continue"),
    (
        "retries",
        "for _ in range(3):\n    try:\n        work()\n    except (Other, StaleVersionError):\n        pass",
    ),
    (
        "retries",
        "while True:\n    with suppress(errors.StaleVersionError), store.writing() as tx:\n        work(tx)",
    ),
    ("importers", "x = 1"),
    (
        "re-exports",
        "from engine.errors import InputError as InputError\nfrom engine.broken import InputError",
    ),
    ("words", "class Shelf: pass"),
    ("words", "class Errand: pass"),
    ("words", "def book_run(): pass"),
    ("lines", "x = 1" + "\n" * MOST_LINES + "x = 2"),
)
WELL: tuple[tuple[str, str], ...] = (
    ("kinds", 'if frame.kind == "target_change": pass'),
    ("kinds", "polled = kind_of(settings.kind).capabilities.reads"),
    ("state", "why = session.metadata.get(Key.REASON)"),
    ("state", "metadata = {**session.metadata, **failure_document(failure)}"),
    ("state", "metadata = {**session.metadata, Key.REASON.value: reason}"),
    (
        "retries",
        "for one in some:\n    try:\n        work(one)\n    except StaleVersionError:\n        return",
    ),
    ("retries", "try:\n    work()\nexcept StaleVersionError:\n    pass"),
    ("lines", "x = 1" + "\n" * (MOST_LINES - 1) + "x = 2"),
)


def of(source: str) -> dict[str, Module]:
    return {"engine.broken": module("engine.broken", source)}


@pytest.mark.parametrize("rule", RULES)
def test_the_product_keeps_to_the_rule(rule: str) -> None:
    assert list(RULES[rule](product())) == []


def test_the_tests_bear_no_old_word() -> None:
    files = {name: one for name, one in modules_of_tests().items() if not one.is_package}
    assert list(RULES["words"](files)) == []


@pytest.mark.parametrize(("rule", "source"), BROKEN)
def test_what_breaks_a_rule_is_told_with_its_line(rule: str, source: str) -> None:
    found = list(RULES[rule](of(source)))
    assert found
    assert all(line.startswith("engine.broken:") for line in found)


@pytest.mark.parametrize(("rule", "source"), WELL)
def test_what_keeps_to_a_rule_is_left_alone(rule: str, source: str) -> None:
    assert list(RULES[rule](of(source))) == []


def test_a_package_that_imports_is_told() -> None:
    package = module("engine.ports", '"""Ports."""\nfrom engine.ports.store import Store', is_package=True)
    assert list(re_exports({"engine.ports": package}))


def test_a_module_with_an_old_name_is_told() -> None:
    assert list(
        old_words("store.sql.migrations")(
            {"engine.booking.telling": module("engine.booking.telling", "x = 1")}
        )
    )


def test_a_folder_that_holds_more_than_one_noun_is_told() -> None:
    names = [f"engine.booking.m{number}" for number in range(MOST_FILES + 1)]
    assert list(RULES["folders"]({name: module(name, "x = 1") for name in names}))


@pytest.mark.parametrize(
    "back",
    [
        "import engine.one",
        "from engine import one",
        "def later():\n    from engine.one import x",
        "if TYPE_CHECKING:\n    from engine.one import x",
    ],
)
def test_a_circle_is_told_whichever_way_it_closes(back: str) -> None:
    sources = {
        "engine.one": "from engine.two import y",
        "engine.two": "from engine.three import z",
        "engine.three": back,
    }
    found = list(circles({name: module(name, source) for name, source in sources.items()}))
    assert [line.partition(":")[0] for line in found] == list(sources)


def test_a_module_that_is_named_for_later_has_its_importer() -> None:
    named = {
        "connectors.registry": module("connectors.registry", 'options = "connectors.new.options:Options"'),
        "connectors.new.options": module("connectors.new.options", "class Options: pass"),
    }
    assert list(without_importer({"connectors.registry"}, ())(named)) == []


def test_the_page_of_modules_says_what_their_docstrings_say() -> None:
    assert PAGE.read_text() == page(), "python -m tests.house.modules writes it anew"
