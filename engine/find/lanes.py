"""Numbers at all lattice points at once, each in sixteen bits of one whole number: its lane.

Adding such numbers is one addition, whatever they are and however many points there are.
"""

import struct
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

_BYTES = 2
BITS = 8 * _BYTES
LIMIT = 1 << BITS
"""What is smaller than this fits a lane."""
_BYTE = 256


Lanes: TypeAlias = tuple[int, int]
"""A number from 0 up in each point's lane, and one that none of them exceeds.

Where that one is `LIMIT` or more, the lanes may have run over, and mean nothing.
"""
NOTHING: Lanes = (0, 0)


def total(parts: Iterable[Lanes]) -> Lanes:
    """Add up."""
    each = iter(parts)
    packed, most = next(each, NOTHING)
    for one, highest in each:
        packed += one
        most += highest
    return packed, most


def times(lanes: Lanes, factor: int) -> Lanes:
    """Multiply by a whole number."""
    packed, most = lanes
    return packed * factor, most * factor


Table: TypeAlias = tuple[bytes, bytes]
"""A number for each bucket, as its two bytes, which translate a row; no high ones where all are 0."""


def table_of(numbers: Sequence[int], most: int) -> Table:
    """Make a table of the first buckets' numbers, none above one; where no lane holds that, all are 0."""
    if most < _BYTE:
        return bytes(numbers).ljust(_BYTE), b""
    if most >= LIMIT:
        return bytes(_BYTE), b""
    lanes = _packed(numbers)
    return lanes[::_BYTES].ljust(_BYTE), lanes[1::_BYTES].ljust(_BYTE)


def _packed(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def laid_out(row: bytes | bytearray, table: Table) -> int:
    """Give each point, packed, the number that a table has for the bucket in which it lies."""
    lanes, (low, high) = bytearray(_BYTES * len(row)), table
    lanes[::_BYTES] = row.translate(low)
    if high:
        lanes[1::_BYTES] = row.translate(high)
    return int.from_bytes(lanes, "little")


def marked(points: int, weight: int) -> Lanes:
    """Give some points, set as bits, a number, and the others 0."""
    if not points or not weight:
        return NOTHING
    digits = f"{points:b}".encode()
    lanes = bytearray(_BYTES * len(digits))
    lanes[1::_BYTES] = digits
    return (int.from_bytes(lanes, "big") - _zeros(len(digits))) * weight, weight


@lru_cache(maxsize=4096)
def _zeros(count: int) -> int:
    """Give what so many digits that are zero read as."""
    return int.from_bytes(bytes((0, ord("0"))) * count, "big")


def lanes_of(numbers: Sequence[int]) -> Lanes:
    """Put a number into each point's lane."""
    return int.from_bytes(_packed(numbers), "little"), max(numbers)


def numbers_of(lanes: Lanes, count: int) -> Sequence[int]:
    """Give the number of each of so many points."""
    row = memoryview(lanes[0].to_bytes(_BYTES * count, sys.byteorder)).cast("H")
    return row if sys.byteorder == "little" else row[::-1]


def sums_of(parts: Sequence[Lanes], count: int) -> Sequence[int]:
    """Add up at each of so many points, even if the sums exceed what a lane holds."""
    found = total(parts)
    if found[1] < LIMIT:
        return numbers_of(found, count)
    return list(map(sum, zip(*[numbers_of(one, count) for one in parts], strict=True)))


def number_at(lanes: Lanes, point: int) -> int:
    """Read the number of one point."""
    return lanes[0] >> BITS * point & LIMIT - 1
