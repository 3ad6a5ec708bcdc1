"""Flows and the records of their runs. What runs them is in `execution`."""
