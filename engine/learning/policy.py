"""What ranks the times that are found, as `[learning] policy` says."""

from enum import StrEnum


class Policy(StrEnum):
    """What ranks."""

    AUTO = "auto"
    FIXED = "fixed"
    POINTS = "points"
    POOLED = "pooled"
