"""The rules, each a function from modules to what breaks it: `module:line`, and what is wrong there."""

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache

from tests.house.product import Module, constants, last_name

Modules = Mapping[str, Module]
Rule = Callable[[Modules], Iterator[str]]

REGISTRY = "connectors.registry"
RECORD = "engine.documents.session_record"
METADATA = "engine.model.session_metadata"
RETRY = "engine.stale"
OF_THE_RECORD = {"HISTORY", "WAITING_FOR", "NOT_BOOKED", "FAILED_BOOKINGS", "CONFLICTS", "CHANGE_REQUESTS"}
KEYS = {"Key", "MessageKey"}
OF_A_SESSION = {"EventSession", "Message", "replace"}
"""What makes something with metadata; other entities show theirs to their owner and never read it again."""


def _at(one: Module, node: ast.AST, what: str) -> str:
    return f"{one.name}:{getattr(node, 'lineno', 1)} {what}"


def _texts(node: ast.AST, known: Mapping[str, str]) -> set[str]:
    """Give the texts that an expression holds, by themselves or by a constant's name."""
    found = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
    names = {last_name(each) for each in ast.walk(node)}
    return {text for text in found if isinstance(text, str)} | {known[n] for n in names if n and n in known}


def kinds_by_name(kinds: Collection[str]) -> Rule:
    """Nothing but the registry tells a kind of connector by its name."""

    def rule(modules: Modules) -> Iterator[str]:
        known = constants(modules)
        for one in modules.values():
            if one.name == REGISTRY:
                continue
            for node in one.walk():
                if _tells_kind(node, known, kinds):
                    yield _at(one, node, "tells a kind by its name: ask connectors.registry")

    return rule


def _tells_kind(node: ast.AST, known: Mapping[str, str], kinds: Collection[str]) -> bool:
    if isinstance(node, ast.Compare):
        sides: list[ast.AST] = [node.left, *node.comparators]
    elif isinstance(node, ast.Match):
        sides = [node.subject, *(case.pattern for case in node.cases)]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        sides = [node.func.value, *node.args]
    elif isinstance(node, ast.Subscript):
        sides = [node.value, node.slice]
    else:
        return False
    by_kind = any((last_name(side) or "").lower().endswith("kind") for side in sides)
    return by_kind and any(_texts(side, known) & set(kinds) for side in sides)


def untyped_state(modules: Modules) -> Iterator[str]:
    """What stands in metadata is named by `Key`, and what is of a session's record only by the record."""
    for one in modules.values():
        if one.name in (RECORD, METADATA):
            continue
        for node in one.walk():
            if (
                isinstance(node, ast.Attribute)
                and node.attr in OF_THE_RECORD
                and last_name(node.value) == "Key"
            ):
                yield _at(
                    one, node, "a session's record is written and read by engine.documents.session_record"
                )
            for key in _metadata_keys(node):
                if isinstance(key, ast.Constant) or ((last_name(key) or "").isupper() and not _of_keys(key)):
                    yield _at(one, node, f"name the key in {METADATA}, with who may write it")


def _of_keys(key: ast.expr) -> bool:
    while isinstance(key, ast.Attribute):
        if last_name(key.value) in KEYS:
            return True
        key = key.value
    return False


def _metadata_keys(node: ast.AST) -> Iterator[ast.expr]:
    """Give the keys by which an entity's metadata is looked up, asked or extended."""
    if isinstance(node, ast.Subscript) and _is_metadata(node.value):
        yield node.slice
    elif (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_metadata(node.func.value)
    ):
        yield from node.args[:1]
    elif isinstance(node, ast.Compare) and any(map(_is_metadata, node.comparators)):
        yield node.left
    elif isinstance(node, ast.Dict):
        spread = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        if any(map(_is_metadata, spread)):
            yield from (key for key in node.keys if key is not None)
    elif isinstance(node, ast.Call) and last_name(node.func) in OF_A_SESSION:
        given = [each.value for each in node.keywords if each.arg == "metadata"]
        written = [each for value in given for each in ast.walk(value) if isinstance(each, ast.Dict)]
        yield from (key for each in written for key in each.keys if key is not None)


def _is_metadata(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "metadata"


def retry_loops(modules: Modules) -> Iterator[str]:
    """A transaction that lost a race is repeated by `retry_stale` alone."""
    for one in modules.values():
        if one.name == RETRY:
            continue
        for node in one.walk():
            if isinstance(node, ast.While | ast.For) and any(map(_goes_on, ast.walk(node))):
                yield _at(one, node, "repeats what lost a race: use engine.stale.retry_stale")


def _goes_on(node: ast.AST) -> bool:
    """Tell whether a race that was lost is met here, and the loop around it goes on."""
    if isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        return any(last_name(call.func) == "suppress" and _names_race(call.args) for call in calls)
    if not isinstance(node, ast.ExceptHandler) or node.type is None or not _names_race([node.type]):
        return False
    return not any(isinstance(each, ast.Raise | ast.Return | ast.Break) for each in ast.walk(node))


def _names_race(expressions: Iterable[ast.expr]) -> bool:
    return any(last_name(each) == "StaleVersionError" for one in expressions for each in ast.walk(one))


def imported(one: Module) -> Iterator[tuple[str, str | None, int]]:
    """Give what a module imports: the module, the name taken from it, and the line."""
    for node in one.walk():
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name, node.lineno) for alias in node.names)


def without_importer(entries: Collection[str], found_by_folder: Collection[str]) -> Rule:
    """Every module is imported, named as `module:name` for later, an entry, or found by its folder."""

    def rule(modules: Modules) -> Iterator[str]:
        used: set[str] = set(entries)
        for one in modules.values():
            for source, name, _line in imported(one):
                used |= {source, f"{source}.{name}"} - {one.name}
            used |= _named_for_later(one)
        for one in modules.values():
            by_folder = any(one.name.startswith(f"{folder}.") for folder in found_by_folder)
            if not one.is_package and one.name not in used and not by_folder:
                yield _at(one, one.tree, "is imported by nobody: remove it, or move it to tests/doubles")

    return rule


def _named_for_later(one: Module) -> set[str]:
    """Give the dotted names in a module's texts, but for its docstrings."""
    told = {node.value for node in one.walk() if isinstance(node, ast.Expr)}
    texts = (node.value for node in one.walk() if isinstance(node, ast.Constant) and node not in told)
    return {name for text in texts if isinstance(text, str) for name in re.findall(r"\b(?:\w+\.)+\w+", text)}


def re_exports(modules: Modules) -> Iterator[str]:
    """A name is imported from where it is defined; a package's `__init__` holds its docstring alone."""
    for one in modules.values():
        if one.is_package and any(not _is_docstring(node) for node in one.tree.body):
            yield _at(one, one.tree, "holds more than its docstring: import from the modules themselves")
        for source, name, line in imported(one):
            there = modules.get(source)
            if there is None or name is None or f"{source}.{name}" in modules or name in _defined(there):
                continue
            yield f"{one.name}:{line} takes {name} from {source}, which only imports it"


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@cache
def _defined(one: Module) -> set[str]:
    found = set()
    for node in one.walk():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


OLD_MODULES = {
    "shelf", "shelves", "house", "hands", "sight", "gather", "tidy", "concerned", "means", "planes",
    "masks", "voices", "saying", "sayings", "lattice", "stretches", "wish", "case", "take", "books",
    "forward", "backward", "outside", "telling", "book_run", "book_due", "book_books", "book_sight",
    "live", "errand", "deed", "hearing", "sightings", "careful", "quick", "guarded", "shapes",
    "library", "split", "filezone", "observe", "late", "looking", "utils", "helpers", "common", "misc",
}  # fmt: skip
OLD_CLASSES = {
    "Shelf", "Shelves", "House", "View", "Hands", "Sight", "Concerned", "Means", "Saying", "Case",
    "Step", "Take", "Rest", "Books", "Account", "Errand", "Deed", "Hearing",
}  # fmt: skip
OLD_FUNCTIONS = {"looking", "hearing", "book_run", "book_due", "book_books", "book_sight"}


def old_words(stored: str) -> Rule:
    """No module, class or function bears a word that the glossary has replaced, but for what is stored."""

    def rule(modules: Modules) -> Iterator[str]:
        for one in modules.values():
            if one.name.startswith(stored):
                continue
            if one.name.rpartition(".")[2] in OLD_MODULES:
                yield _at(one, one.tree, "bears an old word: docs/glossary.md has the one in use")
            for node in one.walk():
                is_class = isinstance(node, ast.ClassDef) and node.name in OLD_CLASSES
                is_function = isinstance(node, ast.FunctionDef) and node.name in OLD_FUNCTIONS
                if is_class or is_function:
                    yield _at(one, node, "bears an old word: docs/glossary.md has the one in use")

    return rule


def crowded(most: int) -> Rule:
    """A folder holds one noun and about a dozen files."""

    def rule(modules: Modules) -> Iterator[str]:
        sizes: dict[str, int] = {}
        for one in modules.values():
            if not one.is_package:
                folder = one.name.rpartition(".")[0]
                sizes[folder] = sizes.get(folder, 0) + 1
        for folder, size in sorted(sizes.items()):
            if size > most:
                yield f"{folder} holds {size} files: it is more than one noun"

    return rule


def long_files(most: int) -> Rule:
    """A file does one thing, and is read in one go."""

    def rule(modules: Modules) -> Iterator[str]:
        for one in modules.values():
            last = max((node.end_lineno or 0 for node in one.tree.body), default=0)
            if last > most:
                yield f"{one.name}:{last} is longer than {most} lines: part it by what it does"

    return rule


def circles(modules: Modules) -> Iterator[str]:
    """No files import one another in a circle, for their types alone or within a function neither."""
    left = {
        one.name: {
            f"{source}.{name}" if f"{source}.{name}" in modules else source
            for source, name, _line in imported(one)
        }
        for one in modules.values()
    }
    while True:
        taken = {source for sources in left.values() for source in sources}
        straight = {name for name, sources in left.items() if not sources & left.keys() or name not in taken}
        if not straight:
            break
        left = {name: sources for name, sources in left.items() if name not in straight}
    for name, sources in left.items():
        yield f"{name}:1 is on a circle, by way of {', '.join(sorted(sources & left.keys()))}"
