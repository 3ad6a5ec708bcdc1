"""What a connector's function runs: its sources and its requirements, bundled without Docker."""
