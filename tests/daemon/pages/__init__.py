"""What people look at: pages, and pictures that stand without a browser."""
