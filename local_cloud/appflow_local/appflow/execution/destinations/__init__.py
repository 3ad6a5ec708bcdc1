"""Where a run's records go: a connector, or objects in S3."""
