"""Daily logs, evidence and obstacles."""
