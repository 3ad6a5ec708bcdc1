"""The ``appflow-local`` command."""

from __future__ import annotations

import argparse
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TypeVar

from appflow_local.call_commands import UsageError, add_calls, add_invoke, print_calls
from appflow_local.call_commands import invoke as invoke_by_hand
from appflow_local.check_arguments import add_check
from appflow_local.closed_output import until_output_closes
from appflow_local.cloud import CloudError, LocalCloud, ports_with_clouds
from appflow_local.command_arguments import checked, default_port, new_port, port
from appflow_local.connection_owner import lists_owners
from appflow_local.ending import wait_or_kill
from appflow_local.environment import to_unset
from appflow_local.log_command import add_logs, print_logs
from appflow_local.run_command import add_run, run_flow
from appflow_local.saved_state import SavedState
from appflow_local.workbench_client import WorkbenchClient

from .appflow.protocol.request_rate import RequestRate

T = TypeVar("T")

_NOT_RUNNING = 3
_FIRST_UNPRIVILEGED = 1024
_SECONDS_FOR_COMMAND = 5.0  # until the command of an `exec` that was interrupted is killed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return until_output_closes(lambda: _main(arguments))


def _main(arguments: Sequence[str] | None) -> int:
    parsed = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code: int = parsed.run(parsed)
    except CloudError as error:
        print(f"appflow-local: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"appflow-local: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="appflow-local",
        description="Run Amazon AppFlow's custom connectors, and the AWS around them, locally.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: object, help_text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.set_defaults(run=run)
        return command

    up = add("up", _up, "start the cloud")
    up.add_argument("--detach", action="store_true", help="return once the cloud answers")
    execute = add(
        "exec", _exec, "run a command against the cloud; start one first if none is running"
    )
    execute.usage = "appflow-local exec [options] -- CMD [ARGUMENT ...]"
    execute.add_argument("command", nargs="+", metavar="CMD", help="the command and arguments")
    for command in (up, execute):
        _add_options_of_a_start(command)
    env = add("env", _env, "print the variables that point a shell at the cloud, to eval")
    status = add(
        "status",
        _status,
        "say whether the cloud is running (exit code 3 if not, 1 if it can't save its state)",
    )
    logs = add("logs", _logs, "print the server's log and the functions' output")
    add_logs(logs)
    calls = add("calls", _calls, "print the calls that AppFlow made to connectors")
    add_calls(calls)
    invoke = add("invoke", _invoke, "call a registered connector, and print what it answers")
    add_invoke(invoke)
    run = add("run", _run_flow, "start a flow, wait for its run, and show its first records")
    add_run(run)
    check = add("check", _check, "check that a connector keeps AppFlow's protocol")
    add_check(check)
    reset = add("reset", _reset, "empty the cloud, which goes on running")
    status.add_argument("--port", type=port, help="default: all clouds of this user")
    down = add("down", _down, "stop the cloud; without --state, lose everything in it")
    for command in (env, logs, calls, invoke, run, check, reset, down):
        command.add_argument(
            "--port", type=port, default=default_port(), help="default: %(default)s"
        )
    return parser


class _Version(argparse.Action):
    """Reads the version only when it is asked for: that takes as long as the rest of a command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"appflow-local {version('appflow-local')}")
        parser.exit()


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


def _up(options: argparse.Namespace) -> int:
    cloud = LocalCloud(options.port)
    server = cloud.start(
        enforce_iam=options.enforce_iam,
        detach=options.detach,
        saved=options.state,
        throttle=options.throttle,
    )
    try:
        iam = "enforced" if options.enforce_iam else "not enforced"
        print(f"AppFlow and AWS at https://localhost:{cloud.port}, IAM {iam}", flush=True)
        print(f'point a shell at it:  eval "$(appflow-local env --port {cloud.port})"', flush=True)
        _warn_of_other_users()
        return 0 if options.detach else server.wait()
    finally:
        if not options.detach:
            _end(cloud, server)


def _warn_of_other_users() -> None:
    if not lists_owners():
        print(
            "appflow-local: this system doesn't tell which user a connection belongs to: every "
            "user of this machine can use the cloud, and run code as you",
            file=sys.stderr,
        )


def _exec(options: argparse.Namespace) -> int:
    cloud = LocalCloud(options.port)
    if cloud.pid is not None:
        if not options.enforce_iam or options.state is not None or options.throttle is not None:
            raise CloudError(
                f"the local cloud on port {cloud.port} is already running: leave out --state, "
                "--throttle and --no-enforce-iam"
            )
        return _run(cloud, options.command)
    server = cloud.start(
        enforce_iam=options.enforce_iam, saved=options.state, throttle=options.throttle
    )
    try:
        return _run(cloud, options.command)
    finally:
        _end(cloud, server)


def _env(options: argparse.Namespace) -> int:
    cloud = _running(options.port)
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


def _logs(options: argparse.Namespace) -> int:
    return print_logs(LocalCloud(options.port), options)


def _calls(options: argparse.Namespace) -> int:
    return print_calls(_running(options.port), options)


def _invoke(options: argparse.Namespace) -> int:
    return invoke_by_hand(_running(options.port), options)


def _run_flow(options: argparse.Namespace) -> int:
    return run_flow(_running(options.port), options)


def _check(options: argparse.Namespace) -> int:
    # Imported late: boto3 and the model take as long as all other imports.
    from appflow_local.check.command import check

    return check(options)


def _reset(options: argparse.Namespace) -> int:
    WorkbenchClient(_running(options.port)).reset()
    print("reset")
    return 0


def _down(options: argparse.Namespace) -> int:
    cloud = LocalCloud(options.port)
    stopped = cloud.stop()
    print("stopped" if stopped else f"no local cloud is running on port {options.port}")
    _tell_what_was_cut_off(cloud)
    return 0


def _running(port: int) -> LocalCloud:
    cloud = LocalCloud(port)
    if cloud.pid is None:
        raise CloudError(
            f"no local cloud is running on port {port}: start one with "
            f"`appflow-local up --detach --port {port}`"
        )
    return cloud


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
        _tell_what_was_cut_off(cloud)


def _tell_what_was_cut_off(cloud: LocalCloud) -> None:
    for line in cloud.cut_off:
        print(f"appflow-local: cut off {line}", file=sys.stderr)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
