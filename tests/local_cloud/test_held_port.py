"""A port that is held until a server listens on it."""

from __future__ import annotations

import os
import socket

import pytest

from appflow_local.held_port import HeldPort
from harness.cloud.local_cloud import free_port


def test_nobody_else_is_given_a_port_that_is_held() -> None:
    held = [HeldPort(0) for _ in range(200)]
    try:
        assert len({each.number for each in held}) == 200
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", held[0].number))
    finally:
        for each in held:
            each.release()


def test_the_socket_that_is_handed_over_listens_on_the_port() -> None:
    held = HeldPort(0)
    try:
        with socket.socket(fileno=os.dup(held.descriptor)) as server:
            server.listen()
            held.release()
            with socket.create_connection(("127.0.0.1", held.number), timeout=5):
                assert held.descriptor == -1
    finally:
        held.release()


def test_a_port_of_somebody_else_is_not_held() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        taken = HeldPort(other.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            taken.hold()
