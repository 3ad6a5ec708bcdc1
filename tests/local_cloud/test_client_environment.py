"""Clients of a cloud, and its functions, reach nothing but the cloud, whatever the user has set."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from appflow_local import environment
from appflow_local.node_path import with_node_itself
from appflow_local.state import StateFolder
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import REPOSITORY, Cloud, command, running_cloud

NOWHERE = "http://127.0.0.1:9"  # no proxy listens here: what is sent to it is lost
PROXY = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
NAMES = ("localhost", "orders.localhost", "127.0.0.1", "[::1]")
CALLER = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
ROOT = "arn:aws:iam::000000000000:root\n"
AWAY = """[default]
ignore_configured_endpoint_urls = true
aws_access_key_id = AKIAOFTHEUSER
aws_secret_access_key = theirs
region = eu-central-1
services = away
[services away]
sts =
  endpoint_url = http://127.0.0.1:9
"""
LOOK = """
import os, pathlib, boto3
def handler(event, context):
    home = pathlib.Path.home()
    return {
        "home": sorted(path.name for path in home.iterdir()),
        "profiles": boto3.Session().available_profiles,
        "buckets": len(boto3.client("s3").list_buckets()["Buckets"]),
        "variables": dict(os.environ),
    }
"""


@pytest.fixture(scope="module")
def user_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a user whose AWS configuration leads to AWS itself."""
    home = tmp_path_factory.mktemp("user")
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(AWAY)
    (home / ".aws" / "credentials").write_text(AWAY)
    return home


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """What a client gets in the environment of the test."""
    return environment.client_environment(4566, StateFolder(tmp_path))


@pytest.mark.parametrize("host", NAMES)
@pytest.mark.parametrize("users", [None, "corp.example", "a.example, b.example"], ids=str)
@pytest.mark.parametrize("spelling", ["NO_PROXY", "no_proxy"])
def test_no_request_to_the_cloud_takes_the_users_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spelling: str, users: str | None, host: str
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    if users is not None:
        monkeypatch.setenv(spelling, users)
    found = environment.client_environment(4566, StateFolder(tmp_path))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, found[name])
        assert found[name].startswith((users or "").replace(" ", ""))
    assert urllib.request.proxy_bypass(f"{host}:4566")
    assert not urllib.request.proxy_bypass("outside.example")


def test_whoever_bypasses_the_proxy_for_all_hosts_still_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    assert environment.client_environment(4566, StateFolder(tmp_path))["no_proxy"] == "*"


def test_asking_twice_for_the_variables_adds_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert environment.client_environment(4566, StateFolder(tmp_path)) == variables


def test_the_cdk_cli_reads_the_setting_of_npm_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("npm_config_no_proxy", "corp.example")
    found = environment.client_environment(4566, StateFolder(tmp_path))["npm_config_no_proxy"]
    assert found.startswith("corp.example,localhost,")


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_SECURITY_TOKEN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_SECRET_KEY",
        "AWS_CONFIG_FILE",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_CREDENTIAL_FILE",
        "AMAZON_ACCESS_KEY_ID",
    ],
)
def test_a_variable_that_leads_a_client_away_is_unset(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "elsewhere")
    assert name in environment.to_unset()


@pytest.mark.parametrize("name", ["AWS_ACCOUNT_ID", "AWS_PAGER", "AWS_KMS_KEY_ID", "PATH"])
def test_the_users_other_variables_stay(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert name not in environment.to_unset()


def test_functions_get_the_node_that_a_version_manager_finds_by_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shim = tmp_path / "shims" / "node"
    shim.parent.mkdir()
    shim.write_text('#!/bin/sh\n[ "$*" = "-p process.execPath" ] && echo "$HOME/20.1/bin/node"\n')
    shim.chmod(0o755)
    path = f"{shim.parent}:/usr/bin:/bin"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert with_node_itself(path) == f"{tmp_path}/20.1/bin:{path}"
    shim.write_text("#!/bin/sh\nexit 1\n")
    assert with_node_itself(path) == path
    monkeypatch.setenv("HOME", str(tmp_path / "another"))
    assert with_node_itself(path) == path


@pytest.fixture(scope="module")
def behind_proxy(
    tmp_path_factory: pytest.TempPathFactory, user_home: Path
) -> Iterator[tuple[Cloud, dict[str, str]]]:
    """A cloud of that user, on a machine behind a proxy that leads nowhere; and its variables."""
    users = {**PROXY, "HOME": str(user_home)}
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in users.items():
                patch.setenv(name, value)
            cloud = stack.enter_context(running_cloud(tmp_path_factory.mktemp("cloud")))
        yield cloud, users


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"NO_PROXY": "corp.example"},
        {"AWS_PROFILE": "away"},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        {"AWS_SECURITY_TOKEN": "theirs"},
    ],
    ids=str,
)
def test_a_command_talks_to_the_cloud(
    behind_proxy: tuple[Cloud, dict[str, str]], variables: dict[str, str]
) -> None:
    cloud, users = behind_proxy
    done = cloud.run([command("python"), "-c", CALLER], REPOSITORY, **users, **variables)
    assert done.stdout == ROOT, done.stderr


def test_a_shell_that_was_pointed_at_the_cloud_talks_to_it(
    behind_proxy: tuple[Cloud, dict[str, str]],
) -> None:
    cloud, users = behind_proxy
    script = (
        f'eval "$({command("appflow-local")} env --port {cloud.port})"; '
        f'{command("python")} -c "{CALLER}"'
    )
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        env={**cloud.own_environment, **users, "AWS_PROFILE": "away"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ROOT, done.stderr


@pytest.mark.slow
def test_the_cdk_cli_talks_to_the_cloud(
    behind_proxy: tuple[Cloud, dict[str, str]], tmp_path: Path
) -> None:
    cloud, users = behind_proxy
    place = "aws://000000000000/us-east-1"
    printed = cloud.cdk("bootstrap", place, cwd=tmp_path, CDK_DISABLE_VERSION_CHECK="1", **users)
    assert f"{place} bootstrapped" in printed


def test_awss_sdks_trust_the_cloud_alone_and_others_the_public_authorities_too(
    behind_proxy: tuple[Cloud, dict[str, str]],
) -> None:
    cloud, _users = behind_proxy
    printed = cloud.run(["printenv", "AWS_CA_BUNDLE", "SSL_CERT_FILE"]).stdout
    own, all_of_them = (Path(each).read_text().splitlines() for each in printed.splitlines())
    begin = "-----BEGIN CERTIFICATE-----"
    assert own.count(begin) == 1
    assert all_of_them.count(begin) > 1
    assert all_of_them[-len(own) :] == own


def test_a_function_sees_the_cloud_and_nothing_of_the_user(
    behind_proxy: tuple[Cloud, dict[str, str]],
) -> None:
    cloud, users = behind_proxy
    create_function(cloud, "Look", LOOK, [{"Action": "s3:ListAllMyBuckets", "Resource": "*"}])
    answer = cloud.client("lambda").invoke(FunctionName="Look")
    seen = json.load(answer["Payload"])
    assert (seen["home"], seen["profiles"]) == ([], [])
    assert seen["buckets"] >= 0
    assert seen["variables"]["https_proxy"] == NOWHERE  # what is outside, by the user's proxy
    # An SDK of AWS's may be used for a service outside.
    assert seen["variables"]["AWS_CA_BUNDLE"] == seen["variables"]["SSL_CERT_FILE"]
    assert users["HOME"] not in json.dumps(seen["variables"])


def test_a_function_with_hosts_of_its_own_to_bypass_a_proxy_talks_to_the_cloud(
    behind_proxy: tuple[Cloud, dict[str, str]],
) -> None:
    cloud, _users = behind_proxy
    create_function(cloud, "Own", LOOK, [{"Action": "s3:ListAllMyBuckets", "Resource": "*"}])
    functions = cloud.client("lambda")
    own = {**PROXY, "NO_PROXY": "corp.example", "no_proxy": "corp.example"}
    functions.update_function_configuration(FunctionName="Own", Environment={"Variables": own})
    seen = json.load(functions.invoke(FunctionName="Own")["Payload"])
    assert seen["buckets"] >= 0
    assert seen["variables"]["no_proxy"].startswith("corp.example,localhost,")
