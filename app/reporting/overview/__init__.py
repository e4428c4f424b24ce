"""Groups, pictures, the map, whom to call."""
