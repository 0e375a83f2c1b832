"""The product's modules as syntax trees."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("daemon", "connectors", "engine", "store", "config")


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its dotted name, whether it is a package's `__init__`, and its tree."""

    name: str
    is_package: bool
    tree: ast.Module

    def walk(self) -> Iterator[ast.AST]:
        """Give every node."""
        yield from ast.walk(self.tree)


def module(name: str, source: str, *, is_package: bool = False) -> Module:
    """Read a module from its text."""
    return Module(name, is_package, ast.parse(source))


@cache
def product() -> Mapping[str, Module]:
    """Read every module of the product, by name."""
    return _modules(ROOMS)


@cache
def modules_of_tests() -> Mapping[str, Module]:
    """Read every module of the tests, by name."""
    return _modules(("tests",))


def _modules(rooms: Iterable[str]) -> Mapping[str, Module]:
    found = {}
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            found[name] = module(name, path.read_text(), is_package=is_package)
    return found


def constants(modules: Mapping[str, Module]) -> dict[str, str]:
    """Give the texts that module-level names of one meaning stand for, by name."""
    found: dict[str, set[str]] = {}
    for one in modules.values():
        for node in one.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                        found.setdefault(target.id, set()).add(node.value.value)
    return {name: next(iter(texts)) for name, texts in found.items() if len(texts) == 1}


def last_name(node: ast.AST) -> str | None:
    """Give the name that an expression ends with: `kind` of `settings.kind`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
