"""AppFlow's model without a cloud: hosts made of Python functions, connectors, profiles, runs."""
