"""What is said in sessions, and what follows."""
