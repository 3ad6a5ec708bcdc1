"""What tests of connectors work with: the types behind the pytest fixture `appflow_local`."""

from appflow_local.testing.calls import Call
from appflow_local.testing.clock import Clock
from appflow_local.testing.connector import Connector
from appflow_local.testing.errors import AppflowLocalError
from appflow_local.testing.factory import AppflowLocalFactory
from appflow_local.testing.faults import Faults, PlannedFault
from appflow_local.testing.fixture import AppflowLocal
from appflow_local.testing.profile import Profile
from appflow_local.testing.run import Run
from appflow_local.testing.scheduled import ScheduledFlow

__all__ = [
    "AppflowLocal",
    "AppflowLocalError",
    "AppflowLocalFactory",
    "Call",
    "Clock",
    "Connector",
    "Faults",
    "PlannedFault",
    "Profile",
    "Run",
    "ScheduledFlow",
]
