"""Mirror of `engine/booking/checks/`."""
