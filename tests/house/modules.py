"""The map of the product for `docs/modules.md`: every module with the first line of its docstring.

`python -m tests.house.modules` writes the page anew.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "modules.md"
ROOMS = ("engine", "connectors", "store", "config", "daemon")
HEAD = """# Every module, and what it is for

Made from the modules' docstrings by `python -m tests.house.modules`, and held true by a test.
[architecture.md](architecture.md) draws how they work together.
"""
LEFT_OUT = "store/sql/migrations/versions"
"""The schema's history: one file a step, read in order of its revisions and not looked up."""


def page() -> str:
    """Write the page."""
    return HEAD + "".join(_folder(folder) for room in ROOMS for folder in _folders(ROOT / room))


def _folders(room: Path) -> list[Path]:
    found = sorted({file.parent for file in room.rglob("*.py")})
    return [folder for folder in found if not folder.relative_to(ROOT).as_posix().startswith(LEFT_OUT)]


def _folder(folder: Path) -> str:
    rows = [
        f"| `{file.name}` | {_first_line(file)} |\n"
        for file in sorted(folder.glob("*.py"))
        if file.name != "__init__.py"
    ]
    about = _first_line(folder / "__init__.py")
    table = f"\n| file | holds |\n|---|---|\n{''.join(rows)}" if rows else ""
    return f"\n## {folder.relative_to(ROOT).as_posix()}/\n\n{about}\n{table}"


def _first_line(file: Path) -> str:
    told = ast.get_docstring(ast.parse(file.read_text())) or ""
    return " ".join(told.split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
