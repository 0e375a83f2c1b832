"""The guarded way out to HTTP servers, and the addresses that it may go to."""
