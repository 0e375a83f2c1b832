"""What goes through a child's two pipes: frames of a head and so many bytes."""

import struct

MEBIBYTE = 1024 * 1024
LARGEST_ANSWER = 48 * MEBIBYTE
HEAD = struct.Struct(">BQ")
"""What became of a task, and how many bytes follow."""
PIECE = 1 << 18
"""Bytes at a time."""
DONE, FAILED, REFUSED = 0, 1, 2
GROWS = "it grows beyond the limit when it is read"
