"""Where the folders of tests lie: in memory, where there is room for them."""

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its user's own in it
ENOUGH = 6 * 2**30
"""Bytes that must be free: many times what the tests of one run keep at once."""


def keep_folders_in_memory() -> None:
    """Have pytest make its folders in memory, where programs can be run from it.

    Nothing of a test outlives its run, and much of what a test of a store waits for is the disk. What is set
    in the environment holds.
    """
    if not MEMORY.is_dir():
        return
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize >= ENOUGH and not there.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
