"""What only PostgreSQL can hold fast, as it was first."""
