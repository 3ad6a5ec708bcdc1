"""The custom connector: its registration, and how other stacks and apps refer to it."""
