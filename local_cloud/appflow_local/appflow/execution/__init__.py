"""Runs of flows, which StartFlow and schedules start."""
