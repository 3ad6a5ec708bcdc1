"""``appflow-local up`` and ``exec``: start a cloud, and end it again."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from appflow_local.appflow.protocol.request_rate import RequestRate
from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.command_arguments import (
    Commands,
    checked,
    default_port,
    new_port,
    tell_of_end,
)
from appflow_local.connection_owner import lists_owners
from appflow_local.ending import wait_or_kill
from appflow_local.saved_state import SavedState
from appflow_local.traffic_options import add_traffic_options, read_traffic

_SECONDS_FOR_COMMAND = 5.0  # until the command of an `exec` that was interrupted is killed


def add_commands(commands: Commands) -> None:
    """Add ``up`` and ``exec``."""
    up = commands.add("up", _up, "start the cloud")
    up.add_argument("--detach", action="store_true", help="return once the cloud answers")
    execute = commands.add(
        "exec", _exec, "run a command against the cloud; start one first if none is running"
    )
    execute.usage = "appflow-local exec [options] -- CMD [ARGUMENT ...]"
    execute.add_argument("command", nargs="+", metavar="CMD", help="the command and arguments")
    for command in (up, execute):
        _add_options_of_a_start(command)


def _add_options_of_a_start(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--port",
        type=new_port,
        default=default_port(),
        help="default: %(default)s; 0: any free port",
    )
    command.add_argument(
        "--no-enforce-iam",
        dest="enforce_iam",
        action="store_false",
        help="allow every request, even if policies deny it",
    )
    command.add_argument(
        "--state",
        type=lambda text: SavedState.of_folder(Path(text)),
        metavar="DIR",
        help="load the state saved in DIR, and save it there",
    )
    command.add_argument(
        "--throttle",
        type=checked(RequestRate.parse),
        metavar="RATE,BURST",
        help="throttle AppFlow at RATE requests a second, with bursts of BURST",
    )
    add_traffic_options(command)


def _up(options: argparse.Namespace) -> int:
    traffic = read_traffic(options)
    cloud = LocalCloud(options.port)
    server = cloud.start(
        enforce_iam=options.enforce_iam,
        detach=options.detach,
        saved=options.state,
        throttle=options.throttle,
        traffic=traffic,
    )
    try:
        iam = "enforced" if options.enforce_iam else "not enforced"
        print(f"AppFlow and AWS at https://localhost:{cloud.port}, IAM {iam}", flush=True)
        print(f'point a shell at it:  eval "$(appflow-local env --port {cloud.port})"', flush=True)
        print(f"look at it in a browser:  {cloud.state.page}", flush=True)
        if traffic is not None:
            doing = "replayed from" if traffic.is_replay else "recorded in"
            print(f"what connectors ask of the world is {doing} {traffic.file}", flush=True)
        _warn_of_other_users()
        return 0 if options.detach else server.wait()
    finally:
        if not options.detach:
            _end(cloud, server)


def _warn_of_other_users() -> None:
    if not lists_owners():
        _tell(
            "this system doesn't tell which user a connection belongs to: every "
            "user of this machine can use the cloud, and run code as you"
        )


def _tell(text: str) -> None:
    print(f"appflow-local: {text}", file=sys.stderr, flush=True)


def _exec(options: argparse.Namespace) -> int:
    cloud = LocalCloud(options.port)
    if cloud.pid is not None:
        given = (options.state, options.throttle, options.record, options.replay)
        if not options.enforce_iam or any(each is not None for each in given):
            raise CloudError(
                f"the local cloud on port {cloud.port} is already running: leave out --state, "
                "--throttle, --record, --replay and --no-enforce-iam, or take another --port"
            )
        return _run(cloud, options.command)
    server = cloud.start(
        enforce_iam=options.enforce_iam,
        saved=options.state,
        throttle=options.throttle,
        traffic=read_traffic(options),
    )
    _tell(f"started a local cloud on port {cloud.port}, which ends with the command")
    code = 0
    try:
        _tell(f"look at it in a browser: {cloud.state.page}")
        code = _run(cloud, options.command)
    finally:
        if code != 0:
            cloud.keep_log()
        _end(cloud, server)
        if code != 0:
            _tell(f"its log: appflow-local logs --port {cloud.port}")
    # A request that was not recorded is no success, even if the connector made do without it.
    return code or int(bool(cloud.unrecorded))


def _run(cloud: LocalCloud, command: Sequence[str]) -> int:
    try:
        process = subprocess.Popen(command, env=cloud.environment())  # noqa: S603 - the user's own
    except OSError as error:
        raise CloudError(
            f"can't run {command[0]!r} ({error.strerror}): check the command"
        ) from error
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        wait_or_kill(process, _SECONDS_FOR_COMMAND)
        raise


def _end(cloud: LocalCloud, server: subprocess.Popen[bytes]) -> None:
    try:
        cloud.end(server)
    finally:
        tell_of_end(cloud)
