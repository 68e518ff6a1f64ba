"""Changes of results and behaviour ratings."""
