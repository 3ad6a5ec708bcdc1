"""Handlers that register a connector: what ours is measured beside."""
