"""Numbers at all lattice points at once: bit k of every point's number stands in plane k.

Adding two such numbers, or finding the points with the smallest one, takes a few operations on whole numbers
a plane, however many points there are.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from engine.find.rows import row_by_clock
from engine.find.start_grid import Grid

Bitplanes: TypeAlias = tuple[int, ...]
"""Numbers from 0 up, least significant plane first."""

ZERO: Bitplanes = ()
DIGITS = tuple(bytes(48 + (number >> plane & 1) for number in range(256)) for plane in range(8))
"""For each of a byte's bits, what translates bytes to the digits in which it stands."""


def weighted(points: int, weight: int) -> Bitplanes:
    """Give numbers that are the weight at some points and 0 elsewhere."""
    if not points:
        return ZERO
    return tuple(points if weight >> plane & 1 else 0 for plane in range(weight.bit_length()))


def total(numbers: Iterable[Bitplanes]) -> Bitplanes:
    """Add up."""
    result: Bitplanes = ZERO
    for number in numbers:
        if number:
            result = _added(result, number) if result else number
    return result


def _added(left: Bitplanes, right: Bitplanes) -> Bitplanes:
    """Add two numbers at every point: a ripple of carries through the planes."""
    if len(left) < len(right):
        left, right = right, left
    planes, carry, place = list(left), 0, 0
    for other in right:
        if other or carry:
            one = planes[place]
            odd = one ^ other
            planes[place] = odd ^ carry
            carry = one & other | odd & carry
        place += 1
    while carry and place < len(planes):
        one = planes[place]
        planes[place] = one ^ carry
        carry &= one
        place += 1
    if carry:
        planes.append(carry)
    return tuple(planes)


def doubled(number: Bitplanes) -> Bitplanes:
    """Multiply by two."""
    return (0, *number) if number else ZERO


def times(number: Bitplanes, factor: int) -> Bitplanes:
    """Multiply by a whole number."""
    shifts = (place for place in range(factor.bit_length()) if factor >> place & 1)
    return total((*(0,) * place, *number) for place in shifts) if number else ZERO


def smallest(points: int, number: Bitplanes) -> tuple[int, int]:
    """Give the points among some where a number is smallest, and how small it is."""
    least = 0
    for index in range(len(number) - 1, -1, -1):
        larger = points & number[index]
        if larger == points:
            least |= 1 << index
        else:
            points ^= larger
    return points, least


def number_at(number: Bitplanes, bit: int) -> int:
    """Read the number of one point, given as its bit."""
    return sum([1 << index for index, plane in enumerate(number) if plane & bit])


def smallest_worst(points: int, numbers: Sequence[Bitplanes]) -> int:
    """Give the points among some where the largest of several numbers is smallest.

    Decided bit by bit from the top; a number that is known to be below the bound is free from there on.
    """
    shift = (points & -points).bit_length() - 1
    points >>= shift
    felt = [number for one in numbers if (number := _at(points, shift, one))]
    below = [0] * len(felt)
    for index in range(max(map(len, felt), default=0) - 1, -1, -1):
        rest = points
        for less, number in zip(below, felt, strict=True):
            if index < len(number):
                rest &= less | ~number[index]
        if rest:
            points = rest
        else:
            below = [
                less | (~number[index] if index < len(number) else -1)
                for less, number in zip(below, felt, strict=True)
            ]
    return points << shift


def _at(points: int, shift: int, number: Bitplanes) -> Bitplanes:
    """Give a number's planes at some points, shifted down, without leading planes that are empty there."""
    planes = [plane >> shift & points for plane in number]
    while planes and not planes[-1]:
        planes.pop()
    return tuple(planes)


@lru_cache(maxsize=4096)
def by_clock(zone: str, grid: Grid, weekday: bytes, weekend: bytes) -> Bitplanes:
    """Give numbers by the minute of a zone's local day, from one table for each kind of day."""
    row = row_by_clock(zone, grid, weekday, weekend)[::-1]
    planes = (int(row.translate(digits), 2) for digits in DIGITS)
    return tuple(planes)[: max(row, default=0).bit_length()]
