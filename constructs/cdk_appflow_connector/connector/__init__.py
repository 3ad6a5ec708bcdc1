"""The custom connector: what registers it, what it hands on, and how others refer to it."""
