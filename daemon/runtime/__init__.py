"""The process itself: ticks, threads, clock, logs, and what watches over them."""
