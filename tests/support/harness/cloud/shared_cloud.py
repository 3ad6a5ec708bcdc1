"""A cloud that was started with its defaults by a user whose umask keeps nothing private."""

from __future__ import annotations

import os
import ssl
import subprocess
from functools import cached_property
from pathlib import Path

from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud, command

ECHO = "def handler(event, context):\n    return event\n"
MARK = "only the user may read this"


class Shared:
    """The cloud, and the user's folders around it."""

    def __init__(self, folder: Path) -> None:
        self.user_home = folder / "user"
        self.caller_tmp = folder / "tmp"
        self.working = folder / "work"
        self.users_folders = (self.user_home, self.caller_tmp, self.working)
        for each in self.users_folders:
            each.mkdir()
            (each / "mine.txt").write_text(MARK)
        (self.working / "job.py").write_text("raise SystemExit('it has run')")
        self.home = self.user_home / ".local/state/appflow-local"
        self.saved = folder / "saved"
        self.process = subprocess.Popen(
            [command("appflow-local"), "up", "--port", "0", "--state", str(self.saved)],
            env={
                **{name: value for name, value in os.environ.items() if "XDG" not in name},
                "HOME": str(self.user_home),
                "TMPDIR": str(self.caller_tmp),
            },
            cwd=self.working,
            umask=0,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert "https://localhost:" in first
        port = int(first.split("https://localhost:")[1].split(",")[0])
        self.cloud = Cloud(port, self.home)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """What trusts the cloud; made once, as it reads more than a hundred certificates."""
        bundle = self.home / str(self.cloud.port) / "ca-bundle.pem"
        return ssl.create_default_context(cafile=str(bundle))


def use(cloud: Cloud) -> None:
    """Put it to use: objects, a secret, a queue, a function that has run, a stack."""
    cloud.client("s3").create_bucket(Bucket="orders")
    cloud.client("s3").put_object(Bucket="orders", Key="a/b.txt", Body=b"1")
    cloud.client("secretsmanager").create_secret(Name="key", SecretString="hidden")
    cloud.client("sqs").create_queue(QueueName="orders")
    create_function(cloud, "Echo", ECHO)
    answer = cloud.client("lambda").invoke(FunctionName="Echo", Payload=b'"hello"')
    assert answer["Payload"].read() == b'"hello"'
    template = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    cloud.client("cloudformation").create_stack(StackName="Topics", TemplateBody=template)
    assert cloud.settle("Topics") == "CREATE_COMPLETE"
