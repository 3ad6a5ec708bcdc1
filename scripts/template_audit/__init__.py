"""Runs checkov, parliament and cloudsplaining over the examples' templates (`make audit`)."""
