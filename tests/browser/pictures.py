"""`python -m tests.browser.pictures`: the pictures of README, drawn anew from the demonstration."""

import sys
import tempfile
from pathlib import Path

from tests.browser.site import Site, served

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
HIGH = 1000


def draw(site: Site, folder: Path) -> list[Path]:
    """Draw what somebody sees: what needs them, a session on offer, and one that is booked on a telephone."""
    wide = site.signed_in("alice", viewport={"width": 1440, "height": HIGH})
    drawn = []
    for name, path in (
        ("home", "/"),
        ("session", f"/sessions/{site.session('Roadmap review')}"),
        ("booked", f"/sessions/{site.session('Project kick-off')}"),
    ):
        wide.goto(f"{site.base}{path}")
        file = folder / f"{name}.png"
        wide.screenshot(path=file)
        drawn.append(file)
    wide.context.close()
    return drawn


def main() -> int:
    """Draw them into docs/pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as root, served(Path(root)) as site:
        for file in draw(site, FOLDER):
            print(file.relative_to(FOLDER.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
