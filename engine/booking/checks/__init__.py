"""What a booking is checked against afterwards: calendars, copies, invariants, and the clock."""
