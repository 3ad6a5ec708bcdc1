"""Where a run's records come from: a connector, or objects in S3."""
