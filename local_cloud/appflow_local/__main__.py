"""Runs the command as ``python -m appflow_local``."""

from appflow_local.cli import main

raise SystemExit(main())
