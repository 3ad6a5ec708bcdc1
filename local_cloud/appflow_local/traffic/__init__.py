"""The traffic between functions and the world: recorded, or answered from a recording."""
