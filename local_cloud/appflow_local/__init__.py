"""Amazon AppFlow on a laptop: an emulator inside MiniStack, and the ``appflow-local`` command."""
