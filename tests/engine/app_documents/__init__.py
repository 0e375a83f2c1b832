"""Live documents: what has changed, what that asks for, what is sent."""
