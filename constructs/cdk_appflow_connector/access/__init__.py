"""Permissions: AppFlow may invoke the function, and the function may read its secrets."""
