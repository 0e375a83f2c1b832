"""Threads for keyed work: one piece a key at a time, and a slow one holds up nobody else."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait


class KeyedPool:
    """A bounded pool; what is under way for a key is not begun a second time."""

    def __init__(self, name: str, size: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix=name)
        self._size = size
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[object]] = {}

    @property
    def room(self) -> int:
        """How many more pieces would begin at once."""
        with self._lock:
            return max(0, self._size - len(self._under_way))

    def take(self, key: Hashable, work: Callable[[], object]) -> bool:
        """Begin a piece of work; tell whether it was begun, or is under way already."""
        with self._lock:
            if key in self._under_way:
                return False
            future = self._pool.submit(work)
            self._under_way[key] = future
        future.add_done_callback(lambda _: self._done(key))
        return True

    def _done(self, key: Hashable) -> None:
        with self._lock:
            self._under_way.pop(key, None)

    def finish(self, patience: float) -> bool:
        """Begin nothing more, and wait so many seconds for what is under way; tell whether all ended."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            left = list(self._under_way.values())
        return not wait(left, timeout=patience).not_done
