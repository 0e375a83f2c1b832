"""The one way to files: plain ones, of bounded size, never waited for."""
