"""What the service does: use cases, each one transaction or one errand. deps.py says what they need."""
