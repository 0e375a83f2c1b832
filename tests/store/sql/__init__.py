"""What is the SQL stores' own: files, schema, plans, processes."""
