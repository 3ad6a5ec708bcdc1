"""Flows and the records of their runs. `execution` runs them."""
