"""Mirror of `engine/booking/outbox/`."""
