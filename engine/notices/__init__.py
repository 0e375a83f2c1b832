"""Who is told what, when, and what a link lets its holder do: decisions, pure."""
