"""Rules: no I/O, no clock, no randomness, and nothing of ours but itself."""
