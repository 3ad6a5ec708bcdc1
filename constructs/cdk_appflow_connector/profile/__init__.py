"""Connector profiles: the settings and credentials with which flows use a connector."""
