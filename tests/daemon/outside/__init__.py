"""People from outside: guests of sessions, and strangers by an invitation link."""
