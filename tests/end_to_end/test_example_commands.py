"""What the examples' READMEs run beside the CDK: `make shop`, and commands of the examples."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.local_cloud import REPOSITORY, Cloud, command, free_port
from harness.synth.synthesis import Synthesizer
from tests.end_to_end.shop_flows import Deployer

SECRET = "shop-token"
MAKE_SHOP = ("make", "--old-file=setup", "--silent", "shop")


@contextmanager
def running(
    cloud: Cloud,
    arguments: Sequence[str],
    last_line: str,
    end: signal.Signals = signal.SIGINT,
    **variables: str,
) -> Iterator[subprocess.Popen[str]]:
    """Run a command that goes on until Ctrl-C, once it has printed a line that begins so.

    The terminal's Ctrl-C reaches all processes of the command, so that this one does, too.
    """
    environment = {**cloud.own_environment, "APPFLOW_LOCAL_PORT": str(cloud.port), **variables}
    process = subprocess.Popen(
        arguments, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            printed = []
            for line in process.stdout:
                printed.append(line)
                if line.startswith(last_line):
                    break
            assert process.poll() is None, "".join(printed)
            yield process
        finally:
            os.killpg(process.pid, end)
            process.communicate(timeout=30)  # until no process of it can print


@contextmanager
def shop(cloud: Cloud, port: int, end: signal.Signals) -> Iterator[str]:
    """`make shop`, which admits its key alone, and is gone after its end; yields the key."""
    with running(cloud, MAKE_SHOP, "Ctrl-C ends", end, PORT=str(port)):
        own = key(cloud)
        assert answer(port, own)[0] == 200
        assert answer(port, "another")[0] == 403
        yield own
    with pytest.raises(ConnectionRefusedError):
        answer(port, own)


def key(cloud: Cloud) -> str:
    return str(cloud.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"])


def answer(port: int, key: str, path: str = "/shop.json") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        return response.status, json.load(response) if response.status == 200 else None
    finally:
        connection.close()


def test_make_shop_serves_with_a_key_of_its_own_until_it_is_ended_and_takes_what_a_flow_writes(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path: Path
) -> None:
    port = free_port()
    with shop(cloud, port, signal.SIGINT) as first:
        pass
    with shop(cloud, port, signal.SIGTERM) as second:
        assert second != first  # for another one, a rotating secret waits
        write_a_file_that_is_put_into_the_bucket(cloud, synthesizer, tmp_path, port)


def write_a_file_that_is_put_into_the_bucket(
    cloud: Cloud, synthesizer: Synthesizer, folder: Path, port: int
) -> None:
    variables = {"SERVER_URL": f"http://127.0.0.1:{port}", "SECRET_NAME": SECRET}
    deployer = Deployer(cloud, synthesizer, variables, folder)
    deployed = deployer.deploy("examples.write_back.app", "WriteBack")
    put = [sys.executable, "-m", "examples.put_file", "examples/write_back/orders.csv"]
    done = cloud.run([*put, deployed.outputs["BucketName"], "orders"], REPOSITORY)
    assert done.returncode == 0, done.stderr
    result = deployed.run()
    assert result["recordsProcessed"] == 3
    assert result["errorInfo"]["putFailuresCount"] == 1
    query = "/shop/orders.json?_shape=array&product=rivet"
    _, rows = answer(port, key(cloud), query)
    assert [(row["id"], row["quantity"]) for row in rows] == [(1001, 7)]
    deployed.delete()


def test_notices_are_printed_and_the_queue_for_them_is_deleted(cloud: Cloud) -> None:
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    topic = sns.create_topic(Name="example-notices")["TopicArn"]
    before = sqs.list_queues().get("QueueUrls", [])
    listen = (command("appflow-local"), "exec", "--", sys.executable, "-m", "examples.notices")
    with running(cloud, (*listen, topic), "Listening to") as listening:
        sns.publish(TopicArn=topic, Message="3 orders have arrived")
        assert listening.stdout is not None
        assert listening.stdout.readline() == "3 orders have arrived\n"
    assert sqs.list_queues().get("QueueUrls", []) == before
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    sns.delete_topic(TopicArn=topic)
