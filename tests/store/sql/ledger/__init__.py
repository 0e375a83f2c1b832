"""Bookings, holds and effects under contention."""
