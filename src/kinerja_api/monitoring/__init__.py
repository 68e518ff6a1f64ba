"""What a head sees of his units now, and what a phone needs at start."""
