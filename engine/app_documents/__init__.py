"""Live documents, which apps and gatherly both write: what has changed, what that asks for, what is sent."""
