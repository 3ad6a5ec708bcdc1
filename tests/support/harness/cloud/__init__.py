"""A running local cloud, and what is deployed to it."""
