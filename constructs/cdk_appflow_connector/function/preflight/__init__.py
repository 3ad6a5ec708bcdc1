"""Asks a connector for its configuration at synth, and checks what AppFlow would refuse."""
