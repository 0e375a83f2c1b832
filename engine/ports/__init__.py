"""What the engine's decisions need of the world, in the engine's words; doubles are handed in.

Times are whole seconds (`engine.time.span.Instant`) throughout.
"""
