"""What a connector says of its entities, and for how long AppFlow remembers it."""
