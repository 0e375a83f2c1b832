"""What is done next for one booking: the moves, and the steps into calendars and out of them again."""
