"""Prints what a topic publishes, until it is interrupted: `python3 -m examples.notices TOPIC`.

A queue is made for it, and is deleted at the end.
"""

from __future__ import annotations

import json
import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

_SECONDS_TO_WAIT = 5


def main(topic: str) -> None:
    """Print each notice on a line."""
    # So that the queue is deleted, also when a shell has started this with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with _subscribed(topic) as queue:
        _say(f"Listening to {topic}. Ctrl-C ends it.")
        while True:
            for notice in _received(queue):
                _say(notice)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it is a command


@contextmanager
def _subscribed(topic: str) -> Iterator[str]:
    """Yield the URL of a queue that gets the topic's notices, for as long as the block lasts."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    queue = sqs.create_queue(QueueName=f"notices-{uuid.uuid4()}")["QueueUrl"]
    try:
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        arn = attributes["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": _policy(arn, topic)})
        made = sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
        )
        try:
            yield queue
        finally:
            sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    finally:
        sqs.delete_queue(QueueUrl=queue)


def _policy(queue: str, topic: str) -> str:
    admitted = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [admitted]})


def _received(queue: str) -> Iterator[str]:
    sqs = boto3.client("sqs")
    answer = sqs.receive_message(
        QueueUrl=queue, WaitTimeSeconds=_SECONDS_TO_WAIT, MaxNumberOfMessages=10
    )
    for message in answer.get("Messages", []):
        yield str(json.loads(message["Body"])["Message"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("give the topic's ARN: python3 -m examples.notices TOPIC")
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
