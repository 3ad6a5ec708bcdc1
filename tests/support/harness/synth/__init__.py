"""Stacks that are synthesised, not deployed, and what is read from their templates."""
