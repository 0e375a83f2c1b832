"""Finding the hour: from people, their busy times and a session to explained proposals."""
