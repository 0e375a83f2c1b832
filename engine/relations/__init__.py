"""What calendars tell about people: who counts, how strong a contact is, what binds people."""
