"""The provider's handler, driven as CloudFormation and Lambda drive it, with their faults."""
