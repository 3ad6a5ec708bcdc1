"""Processes that work on pages of records, off the server's interpreter lock."""
