"""``appflow-local check``: whether a connector keeps AppFlow's protocol, by calling it."""
