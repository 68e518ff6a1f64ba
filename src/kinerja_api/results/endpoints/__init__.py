"""Routes of results and behaviour ratings."""
