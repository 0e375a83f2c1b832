"""The family's calendar at work: what collides, how it is resolved, and copies in providers' calendars."""
