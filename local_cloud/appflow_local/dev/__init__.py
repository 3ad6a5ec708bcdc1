"""`appflow-local dev`: a connector that is registered and run again whenever its files change."""
