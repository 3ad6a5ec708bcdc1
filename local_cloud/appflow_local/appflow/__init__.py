"""A host-free model of Amazon AppFlow's API, built on botocore's own service model."""
