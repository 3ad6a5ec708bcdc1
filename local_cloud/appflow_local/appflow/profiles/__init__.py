"""Connector profiles: their credentials, and the connections that flows use."""
