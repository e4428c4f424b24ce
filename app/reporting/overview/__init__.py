"""Groups, pictures, the map."""
