"""Who is told what, when, and what a link may."""
