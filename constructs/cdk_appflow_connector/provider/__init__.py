"""The Lambda that registers a stack's connectors, its role and its rights."""
