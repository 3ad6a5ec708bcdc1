"""A connector's function: its code bundled, its handler and configuration checked at synth."""
