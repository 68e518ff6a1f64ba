"""Changes of evaluations."""
