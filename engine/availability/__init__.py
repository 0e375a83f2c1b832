"""What is known of people's time, and why somebody is free or busy."""
