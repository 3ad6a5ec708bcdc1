"""Drives AppFlow as its users do, by its API: what `check`, `dev` and the pytest plugin share."""
