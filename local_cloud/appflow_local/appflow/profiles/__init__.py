"""Connector profiles: their credentials, and the connections that flows are made with."""
