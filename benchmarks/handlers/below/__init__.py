"""Handlers that try to start faster than the floor: docs/decisions/cold-start.md."""
