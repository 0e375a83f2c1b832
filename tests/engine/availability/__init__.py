"""What is known of somebody's time."""
