"""What a calendar means: readings that have to agree."""
