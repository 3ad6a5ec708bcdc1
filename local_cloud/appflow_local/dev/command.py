"""``appflow-local dev``: rounds, from what has changed to the records that a connector reads."""

from __future__ import annotations

import argparse
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.command_arguments import UsageError, tell_of_end
from appflow_local.dev.flow_requests import Request, entity_of, flow_request, read_flow
from appflow_local.dev.flow_runs import Refused, Run
from appflow_local.dev.records import table
from appflow_local.dev.watching import Watch
from appflow_local.dev.workshop import Workshop
from appflow_local.driving.bundle import Bundle, bundle
from appflow_local.driving.credentials_file import GivenCredentials, read_credentials
from appflow_local.driving.given_settings import given_settings
from appflow_local.driving.syntax import Syntax
from appflow_local.function_paths import with_own_paths
from appflow_local.server_log import printable
from appflow_local.traffic.settings import Traffic
from appflow_local.traffic_options import read_traffic


def dev(options: argparse.Namespace) -> int:
    """Register, run and print, again on each change, until it is interrupted.

    Raises:
        UsageError: the options, or what they name, can't be used at the start.
        CloudError: the local cloud can't be used.
    """
    target = Path(options.target)
    if not target.exists():
        raise UsageError(f"there is no {target}: name a connector's folder, zip or jar")
    _read_options(options)
    files = [each for each in (options.credentials, options.flow) if each is not None]
    watch = Watch([target] if target.is_dir() else [],
                  files if target.is_dir() else [*files, target])  # fmt: skip
    try:
        with (
            tempfile.TemporaryDirectory(prefix="appflow-dev-") as folder,
            _own_cloud(options.port, read_traffic(options)) as cloud,
        ):
            _Rounds(options, cloud, Path(folder)).go_on(watch)
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"the local cloud can't be used: {error}") from error
    finally:
        watch.end()
    return 0


def _read_options(
    options: argparse.Namespace,
) -> tuple[GivenCredentials | None, dict[str, str], Request]:
    """Read what the options name, as it is now."""
    credentials = read_credentials(options.credentials) if options.credentials else None
    part = read_flow(options.flow) if options.flow else {}
    return credentials, given_settings(options.settings), part


@contextmanager
def _own_cloud(port: int, traffic: Traffic | None) -> Iterator[LocalCloud]:
    cloud = LocalCloud(port)
    server = cloud.start(traffic=traffic)
    try:
        yield cloud
    finally:
        # A second Ctrl-C would leave files behind.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        cloud.end(server)
        tell_of_end(cloud)
        signal.signal(signal.SIGINT, before)


class _Rounds:
    """What is done again on each change."""

    def __init__(self, options: argparse.Namespace, cloud: LocalCloud, folder: Path) -> None:
        self.options = options
        self.cloud = cloud
        self.folder = folder
        self.workshop = Workshop(cloud, options.label)
        self.syntax = Syntax(Path(options.target))
        self.folder_of_target = Path(options.target).resolve()

    def go_on(self, watch: Watch) -> None:
        print(f"dev: the cloud is on port {self.cloud.port}, the connector's label is "
              f"{self.options.label}; Ctrl-C ends both", flush=True)  # fmt: skip
        is_first = True
        while True:
            begun = time.monotonic()
            try:
                self._round(begun)
            except UsageError as error:
                if is_first:
                    raise
                self._tell("wrong", str(error))
            except Refused as error:
                self._tell("refused", str(error))
                self._tell_calls()
            except BrokenPipeError:  # whoever reads the output has read enough
                raise
            except OSError as error:  # a file that an editor is about to replace
                self._tell("wrong", f"{error.filename}: {error.strerror}")
            is_first = False
            watch.wait()

    def _round(self, begun: float) -> None:
        workshop = self.workshop
        workshop.register(self._bundle())
        credentials, settings, part = _read_options(self.options)
        workshop.connect(credentials, settings)
        named = entity_of(part)
        entities = self.options.entity or [named or workshop.first_entity()]
        for number, entity in enumerate(entities, 1):
            request = flow_request(entity, workshop.flows.end, part)
            if len(entities) > 1 and "flowName" in part:
                request["flowName"] = f"{part['flowName']}-{number}"
            run = workshop.flows.run(request)
            self._tell_run(entity, run, f"{len(run.records)} records", begun)
            if (target := self.options.write) is not None and run.records:
                written = workshop.flows.write(run.records, target)
                counts = f"{written.moved} records sent, {written.refused} refused"
                self._tell_run(target, written, counts, begun)

    def _tell_run(self, entity: str, run: Run, counts: str, begun: float) -> None:
        self._tell_traffic()
        self._tell_calls()
        took = time.monotonic() - begun
        print(f"{_now()} {printable(entity)}: {run.status}, {counts}, {took:.2f} s", flush=True)
        lines = [printable(run.message)] if run.message else []
        lines += table(run.records) if run.records else []
        print("".join(f"  {each}\n" for each in lines), flush=True)

    def _bundle(self) -> Bundle:
        target = Path(self.options.target)
        if (wrong := self.syntax.first_error()) is not None:
            raise Refused(wrong)
        return bundle(target, self.options.handler, self.options.runtime, self.folder)

    def _tell(self, what: str, message: str) -> None:
        self._tell_traffic()
        told = with_own_paths(message, self.folder_of_target)
        print(f"{_now()} {what}: {_lines(told)}", flush=True)
        if self.workshop.is_registered:
            print("  the last good registration stays", flush=True)

    def _tell_traffic(self) -> None:
        """Say first what a replay lacks: what the connector makes of it is a consequence."""
        for line in self.cloud.traffic_notes():
            print(f"{_now()} {printable(line)}", flush=True)

    def _tell_calls(self) -> None:
        for call in self.workshop.new_calls():
            for printed in with_own_paths(call["printed"], self.folder_of_target).splitlines():
                print(f"  | {printable(printed)}", flush=True)
            if (reason := _first_refusal(call["answer"])) is not None:
                print(f"  refused: {printable(reason)}", flush=True)


def _first_refusal(answer: object) -> str | None:
    """Return why the first record was refused that a connector did not write; None if none was."""
    results = answer.get("writeRecordResults") if isinstance(answer, dict) else None
    for each in results if isinstance(results, list) else []:
        if isinstance(each, dict) and each.get("isSuccess") is not True:
            return str(each.get("errorMessage"))
    return None


def _lines(message: str) -> str:
    return "\n  ".join(map(printable, message.splitlines()))


def _now() -> str:
    return time.strftime("%H:%M:%S")
