"""One file a job; each gathers, decides, applies."""
