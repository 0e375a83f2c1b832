"""What people and operators see of learning, and what they can have forgotten."""
