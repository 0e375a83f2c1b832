"""A process that may open no more files, for as long as a block lasts."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_more_descriptors() -> Iterator[None]:
    """Take what is left, after lowering how many there may be: nothing can be opened in the block."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(one) for one in os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, before[1]))
    taken = list(_as_many_as_there_are())
    try:
        yield
    finally:
        for one in taken:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _as_many_as_there_are() -> Iterator[int]:
    while True:
        try:
            yield os.dup(0)
        except OSError:
            return
