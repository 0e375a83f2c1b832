"""What is a person's own: their way in, settings, time and notices."""
