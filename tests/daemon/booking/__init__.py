"""Bookings as they are carried out: workers, calls, outbox, watch."""
