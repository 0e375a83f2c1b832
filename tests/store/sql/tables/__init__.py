"""What the database itself holds fast."""
