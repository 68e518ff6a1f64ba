"""Stories of cities, told over HTTP only."""
