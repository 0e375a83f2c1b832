"""The database itself: files, servers, transactions."""
