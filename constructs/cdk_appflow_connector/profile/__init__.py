"""Connector profiles: the settings and credentials that flows use a connector with."""
