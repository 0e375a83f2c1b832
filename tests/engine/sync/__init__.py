"""What one read changes."""
