"""What the pooled model asks of small symmetric positive definite matrices, in plain Python."""

from collections.abc import Sequence

from engine.learning.pooled_design import Matrix


def inverse(matrix: Matrix) -> Matrix:
    """Invert one, column by column in its own place (Gauss and Jordan)."""
    found = [list(row) for row in matrix]
    for pivot, own in enumerate(found):
        scale = 1 / own[pivot]
        own[pivot] = 1.0
        own[:] = [one * scale for one in own]
        for row in found:
            if row is not own:
                factor, row[pivot] = row[pivot], 0.0
                row[:] = [one - factor * other for one, other in zip(row, own, strict=True)]
    return found


def added(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """Add two vectors."""
    return [left + right for left, right in zip(one, other, strict=True)]


def stiffened(matrix: Matrix, diagonal: Sequence[float]) -> Matrix:
    """Add to the diagonal."""
    found = [list(row) for row in matrix]
    for place, more in enumerate(diagonal):
        found[place][place] += more
    return found


def product(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    """Multiply by a vector."""
    return [sum([one * other for one, other in zip(row, vector, strict=True)]) for row in matrix]
