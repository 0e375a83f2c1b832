"""Cards of people (vCard): read and written."""
