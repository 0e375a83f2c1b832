"""Mirror of `engine/booking/steps/`."""
