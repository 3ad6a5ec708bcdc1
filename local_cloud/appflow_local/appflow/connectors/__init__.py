"""Connectors: registering them, calling them, and showing them."""
