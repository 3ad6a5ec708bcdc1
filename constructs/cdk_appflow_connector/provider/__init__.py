"""The Lambda function that registers a stack's connectors, with its role and rights."""
