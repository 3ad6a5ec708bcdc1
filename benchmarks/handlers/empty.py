"""An empty handler: what Python itself takes. It answers nobody."""


def handler(_event: dict[str, object], _context: object) -> None:
    """Do nothing."""
