"""The pages of docs/how-to, followed as they stand."""
