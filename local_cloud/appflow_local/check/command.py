"""``appflow-local check``: its options, where the connector is, and the exit code."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from appflow_local.check.bench import Connector
from appflow_local.check.cloud_bench import CloudBench
from appflow_local.check.model import Outcome
from appflow_local.check.reports import as_json, as_junit, stdout, summary, write
from appflow_local.check.run import make_checks
from appflow_local.check.subject import Plan
from appflow_local.cloud import CloudError, FolderError, LocalCloud
from appflow_local.command_arguments import UsageError, tell_of_end
from appflow_local.driving.bundle import Bundle, bundle
from appflow_local.driving.credentials_file import read_credentials
from appflow_local.driving.given_settings import given_settings
from appflow_local.driving.syntax import python_error
from appflow_local.traffic.settings import Traffic
from appflow_local.traffic_options import read_traffic


def check(options: argparse.Namespace) -> int:
    """Check a connector; exit code 1 if a check failed.

    Raises:
        UsageError: the options, or what they name, can't be used.
        CloudError: the local cloud didn't start.
    """
    try:
        return _check(options)
    except BrokenPipeError:  # whoever reads the output has read enough
        raise
    except FolderError as error:
        raise UsageError(str(error)) from error
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"the local cloud can't be used: {error}") from error
    except OSError as error:
        raise UsageError(
            f"the check can't go on ({error.strerror or error}): see that the disk has room, or "
            "choose another folder with TMPDIR and APPFLOW_LOCAL_HOME"
        ) from error


def _check(options: argparse.Namespace) -> int:
    plan = Plan(options.entity, options.write, given_settings(options.settings))
    credentials = read_credentials(options.credentials) if options.credentials else None
    table, begun = stdout(), time.monotonic()
    for line in (python_error(Path(options.target)) or "").splitlines():
        table.note(line)
    with _deployed(options) as (bench, connector):

        def tell(outcome: Outcome) -> None:
            for line in bench.traffic_notes():
                table.note(line)
            table.add(outcome)

        name, outcomes = make_checks(bench, connector, plan, credentials, tell)
    seconds = time.monotonic() - begun
    table.end(outcomes, seconds)
    if options.json is not None:
        write("--json", options.json, as_json(name, outcomes))
    if options.junit is not None:
        write("--junit", options.junit, as_junit(name, outcomes, seconds))
    return 1 if summary(outcomes)["failed"] else 0


@contextmanager
def _deployed(options: argparse.Namespace) -> Iterator[tuple[CloudBench, Connector]]:
    target, traffic = Path(options.target), read_traffic(options)
    if target.exists():
        packed = bundle(target, options.handler, options.runtime)
        with _own_cloud(packed, traffic) as found:
            yield found
        return
    if traffic is not None:
        raise UsageError(
            f"{traffic.option} is for a cloud that is started: name a folder, zip or jar, or start "
            f"the cloud with `appflow-local up {traffic.option} DIR`"
        )
    with _running_cloud(options) as found:
        yield found


@contextmanager
def _running_cloud(options: argparse.Namespace) -> Iterator[tuple[CloudBench, Connector]]:
    cloud, state = LocalCloud(options.port), "runs"
    if cloud.pid is not None:
        state = f"on port {options.port} has such a label"
        with closing(CloudBench(cloud)) as bench:
            if (connector := bench.registered(options.target)) is not None:
                yield bench, connector
                return
    raise UsageError(
        f"{options.target} is no folder, zip or jar, and no local cloud {state}: name what there is"
    )


@contextmanager
def _own_cloud(packed: Bundle, traffic: Traffic | None) -> Iterator[tuple[CloudBench, Connector]]:
    cloud = LocalCloud(0)
    server = cloud.start(traffic=traffic)
    bench = CloudBench(cloud)
    try:
        yield bench, bench.deploy(packed)
    finally:
        bench.close()
        cloud.end(server)
        tell_of_end(cloud)
