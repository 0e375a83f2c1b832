"""What people write about their sessions, read by a grammar: meaning, confidence, and a question where unsure."""
