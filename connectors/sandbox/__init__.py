"""Work on what strangers wrote, done in child processes with bounds."""
