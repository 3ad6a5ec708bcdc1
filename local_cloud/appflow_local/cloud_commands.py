"""``appflow-local env``, ``status``, ``reset`` and ``down``: what a running cloud is asked."""

from __future__ import annotations

import argparse
import shlex

from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.cloud_folders import ports_with_clouds
from appflow_local.command_arguments import Commands, port, running, tell_of_end
from appflow_local.environment import to_unset
from appflow_local.workbench_client import WorkbenchClient

_NOT_RUNNING = 3


def add_commands(commands: Commands) -> None:
    """Add ``env``, ``status``, ``reset`` and ``down``."""
    commands.add_of_cloud(
        "env", _env, "print the variables that point a shell at the cloud, to eval"
    )
    status = commands.add(
        "status",
        _status,
        "say whether the cloud is running (exit code 3 if not, 1 if it can't save its state)",
    )
    status.add_argument("--port", type=port, help="default: all clouds of this user")
    commands.add_of_cloud("reset", _reset, "empty the cloud, which goes on running")
    commands.add_of_cloud("down", _down, "stop the cloud; without --state, lose everything in it")


def _env(options: argparse.Namespace) -> int:
    cloud = running(options.port)
    print(f"unset {' '.join(to_unset())}")
    for name, value in cloud.variables().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _status(options: argparse.Namespace) -> int:
    ports = [options.port] if options.port else ports_with_clouds()
    running = [cloud for cloud in map(LocalCloud, ports) if cloud.pid is not None]
    for cloud in running:
        print(
            f"the local cloud is running on port {cloud.port} (pid {cloud.pid}), "
            f"with its files in {cloud.state.path}"
        )
    if not running:
        where = f" on port {options.port}" if options.port else ""
        print(f"no local cloud is running{where}")
        return _NOT_RUNNING
    if troubles := [trouble for cloud in running if (trouble := cloud.state.trouble())]:
        raise CloudError("; ".join(troubles))
    return 0


def _reset(options: argparse.Namespace) -> int:
    with WorkbenchClient(running(options.port)) as client:
        client.reset()
    print("reset")
    return 0


def _down(options: argparse.Namespace) -> int:
    cloud = LocalCloud(options.port)
    stopped = cloud.stop()
    print("stopped" if stopped else f"no local cloud is running on port {options.port}")
    tell_of_end(cloud)
    return 0
