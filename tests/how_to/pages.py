"""A page of docs/how-to as what is typed from it, and a machine on which that is done."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
_BLOCK = re.compile(r"^( *)```(sql|sh|toml|ini)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
PATIENCE = 600


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Give the kind and the text of each block that is typed or written, in their order."""
    for margin, kind, text in _BLOCK.findall((PAGES / page).read_text()):
        yield kind, re.sub(f"^{margin}", "", text, flags=re.MULTILINE)


def run(shell: str, env: Mapping[str, str], *before: str) -> str:
    """Run a block as an administrator would: it asks nothing, and stops where something fails.

    Raises:
        AssertionError: something failed; it holds what was said.
    """
    done = subprocess.run(
        [*before, "bash", "-e", "-u", "-o", "pipefail"],
        input=shell,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{shell}\n{done.stdout}\n{done.stderr}"
    return done.stdout
