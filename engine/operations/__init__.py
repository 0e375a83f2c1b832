"""What running for years asks for: budgets, claims, grants, health, and how long things are kept."""
