"""What is said in sessions: heard, done where it is clear, asked back where it is not."""
