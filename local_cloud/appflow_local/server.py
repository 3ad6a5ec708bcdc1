"""The server process: runs MiniStack with AppFlow, on loopback, until it's told to stop.

MiniStack's own start would also listen on port 443 and keep files in the system's temporary
folder; this one opens only its port and the page's.
"""

# ruff: noqa: E402 - the garbage collector isn't to look at what is loaded, and stays until the end
from __future__ import annotations

import gc

gc.disable()
# isort: split

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
import traceback
from asyncio import constants
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from hypercorn.asyncio import serve
from hypercorn.config import Config

from appflow_local.connection_owner import AsgiApp, owners_only
from appflow_local.ending import leave_cut_off
from appflow_local.file_body import in_pieces
from appflow_local.function_runtimes import FunctionRuntimes, RuntimesError
from appflow_local.page_port import PagePort
from appflow_local.page_server import serve_page
from appflow_local.saved_state import SavedState, SavedStateError
from appflow_local.server_log import ignore_lost_connections, write_readable_log
from appflow_local.state import StateFolder
from appflow_local.traffic.settings import Traffic
from appflow_local.web_pages import local_hosts_only
from appflow_local.workbench import with_workbench

from .appflow.protocol.request_rate import RequestRate

if TYPE_CHECKING:
    from appflow_local.traffic.session import TrafficSession

_SECONDS_TO_FINISH = 2.0


def main() -> int:
    """Serve the cloud whose folder and port the command line names."""
    parser = argparse.ArgumentParser(prog="python -m appflow_local.server")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument(
        "--leave-nothing", action="store_true", help="remove the folder if nobody told it to stop"
    )
    parser.add_argument("--listener", type=int, help="an open socket that has the port already")
    parser.add_argument(
        "--end-with-stdin", action="store_true", help="stop when standard input is closed"
    )
    parser.add_argument("--saved", type=Path, help="load and save the cloud's state in this folder")
    parser.add_argument("--throttle", type=RequestRate.parse, help="RATE,BURST of requests")
    parser.add_argument("--record", type=Path, help="record the functions' traffic in this folder")
    parser.add_argument("--replay", type=Path, help="answer it from the recording in this folder")
    arguments = parser.parse_args()
    write_readable_log()
    state = StateFolder(arguments.state)
    state.claim()
    saved = SavedState.of_folder(arguments.saved) if arguments.saved else None
    try:
        traffic = _traffic(arguments, state)
        runtimes = FunctionRuntimes.prepare(state, arguments.port, traffic)
        if saved is not None:
            saved.claim(arguments.port)
        if traffic is not None:
            traffic.begin()
        run = _run(arguments, state, runtimes, saved, traffic)
        is_deserted = asyncio.new_event_loop().run_until_complete(run)
    except (RuntimesError, SavedStateError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.leave_nothing and is_deserted:
        state.remove(keep_log=False)
    return 0


def _traffic(arguments: argparse.Namespace, state: StateFolder) -> TrafficSession | None:
    folder = arguments.replay or arguments.record
    if folder is None:
        return None
    # Imported late: few clouds need it.
    from appflow_local.traffic.session import TrafficSession

    traffic = Traffic(folder, is_replay=arguments.replay is not None)
    return TrafficSession(traffic, state, arguments.port)


def _end_process() -> NoReturn:
    """Run `main`, and end without waiting for threads that wait for an answer.

    They can't be stopped. A stack's thread waits for a custom resource for up to an hour; the
    interpreter's own end, and that of `asyncio.run`, would wait for it.
    """
    code = 1
    try:
        code = main()
    except Exception:  # noqa: BLE001 - the outermost edge: as the interpreter would
        traceback.print_exc()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _run(
    arguments: argparse.Namespace,
    state: StateFolder,
    runtimes: FunctionRuntimes,
    saved: SavedState | None,
    traffic: TrafficSession | None,
) -> bool:
    """Serve until the end, and tell whether who started it has died."""
    ministack_adapter = _load_ministack_adapter()
    asyncio.get_running_loop().set_exception_handler(ignore_lost_connections)
    appflow = ministack_adapter.install(runtimes, arguments.throttle)
    if traffic is not None:
        traffic.know(ministack_adapter.credentials)
        ministack_adapter.on_reset(traffic.restart)
    end = _ending(end_with_stdin=arguments.end_with_stdin)

    async def until_ended() -> None:
        await end.event.wait()
        # Before the server stops: it would wait for the connections that functions hold open.
        leave_cut_off(state.path, ministack_adapter.end(appflow))

    page = PagePort()
    state.tell_page(page.address)

    def make_page() -> AsgiApp:
        from appflow_local.page.app import make_app  # late: few look, and it is a library more

        return make_app(appflow, ministack_adapter.Onlooker(), page, state.log, end.event.is_set)

    async with ministack_adapter.persisted(appflow, saved, state.report) as app:
        appflow.start()
        looking = asyncio.create_task(serve_page(page, make_page, end.event.wait))
        looked_at = with_workbench(app, appflow, ministack_adapter.owner(), state.token)
        guarded = owners_only(local_hosts_only(in_pieces(looked_at)))
        await serve(guarded, _config(arguments, state), shutdown_trigger=until_ended)
        await looking
    ministack_adapter.stop_functions()  # those that cut off work has started since
    if traffic is not None:
        traffic.end()
    return end.is_deserted


def _load_ministack_adapter() -> ModuleType:
    """Import what was left to import, and spare the garbage collector all of it."""
    # Imported late: MiniStack reads its settings from the environment on import.
    from appflow_local import ministack_adapter

    gc.freeze()
    gc.enable()
    return ministack_adapter


@dataclass
class _End:
    """The end of the process; it is deserted if standard input was closed without a word.

    Who starts it says one before, unless that is killed.
    """

    event: asyncio.Event
    is_deserted: bool = False


def _ending(*, end_with_stdin: bool) -> _End:
    """Return what tells that the process is to stop."""
    end = _End(asyncio.Event())
    loop = asyncio.get_running_loop()

    def closed(said: bytes) -> None:
        end.is_deserted = not said
        loop.call_soon_threadsafe(end.event.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.event.set)
    if end_with_stdin:
        _call_at_end_of_stdin(closed)
    return end


def _config(arguments: argparse.Namespace, state: StateFolder) -> Config:
    config = Config()
    listener = arguments.listener
    config.bind = [f"127.0.0.1:{arguments.port}" if listener is None else f"fd://{listener}"]
    config.errorlog = None  # its own form; the records reach the root logger all the same
    config.certfile = str(state.certificate)
    config.keyfile = str(state.private_key)
    config.graceful_timeout = _SECONDS_TO_FINISH
    config.keep_alive_timeout = 75
    # asyncio waits 30 s for each idle client's TLS shutdown, and hypercorn has no setting for it.
    # (Python 3.10 doesn't wait.)
    constants.SSL_SHUTDOWN_TIMEOUT = _SECONDS_TO_FINISH  # type: ignore[attr-defined]
    return config


def _call_at_end_of_stdin(callback: Callable[[bytes], object]) -> None:
    threading.Thread(target=lambda: callback(sys.stdin.buffer.read()), daemon=True).start()


if __name__ == "__main__":
    _end_process()
