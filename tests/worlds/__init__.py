"""Small worlds to act in: people, calendars, a store and a clock, put together as the daemon would."""
