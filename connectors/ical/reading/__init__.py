"""What calendar objects mean for their owner's time."""
