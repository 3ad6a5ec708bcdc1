"""A connector that knows nothing but itself."""
