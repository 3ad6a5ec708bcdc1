"""Runs of flows: what StartFlow and schedules set going."""
