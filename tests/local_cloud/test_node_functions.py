"""Functions in Node.js: the AWS SDK v3 is there, as on Lambda, for both kinds of modules."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from appflow_local.node_runtime import NoNodeModules, find_node_modules, link_sdk
from harness.cloud.cloud_functions import create_function, invoke, package
from harness.cloud.local_cloud import Cloud

ESM = """
import { S3Client, ListBucketsCommand } from "@aws-sdk/client-s3";
export const handler = async () =>
  (await new S3Client({}).send(new ListBucketsCommand({}))).Buckets.map((each) => each.Name);
"""
COMMON = """
const { S3Client, PutObjectCommand, GetObjectCommand } = require("@aws-sdk/client-s3");
exports.handler = async (event) => {
  const s3 = new S3Client({});
  await s3.send(new PutObjectCommand({ ...event, Body: "kept" }));
  return (await s3.send(new GetObjectCommand(event))).Body.transformToString();
};
"""
BUCKETS = {"Action": "s3:*", "Resource": "*"}
TYPE_MODULE = '{"type": "module"}'


@pytest.mark.parametrize(
    "files",
    [
        {"index.mjs": ESM},
        {"index.js": ESM, "package.json": TYPE_MODULE},
    ],
    ids=["mjs", "type-module"],
)
def test_a_module_imports_the_sdk(own_cloud: Cloud, files: dict[str, str]) -> None:
    name = f"esm-{len(files)}"
    create_function(own_cloud, name, package(files), [BUCKETS], runtime="nodejs20.x")
    error, answer = invoke(own_cloud, name)
    assert error is None, answer
    assert isinstance(answer, list)


@pytest.mark.parametrize(
    "files",
    [
        {"index.js": COMMON},
        {"index.cjs": COMMON, "package.json": TYPE_MODULE},
    ],
    ids=["js", "cjs"],
)
def test_a_script_requires_the_sdk_and_reaches_buckets_by_their_hosts(
    own_cloud: Cloud, files: dict[str, str]
) -> None:
    name = f"common-{len(files)}"
    own_cloud.client("s3").create_bucket(Bucket=name)
    create_function(own_cloud, name, package(files), [BUCKETS], runtime="nodejs22.x")
    assert invoke(own_cloud, name, {"Bucket": name, "Key": "a"}) == (None, "kept")


def test_a_functions_own_sdk_comes_first(own_cloud: Cloud) -> None:
    files = {
        "index.js": 'exports.handler = async () => require("@aws-sdk/client-s3").whose;',
        "node_modules/@aws-sdk/client-s3/index.js": 'exports.whose = "the function\'s";',
    }
    create_function(own_cloud, "own-sdk", package(files), runtime="nodejs22.x")
    assert invoke(own_cloud, "own-sdk") == (None, "the function's")


def test_nothing_else_of_the_folder_is_seen(own_cloud: Cloud) -> None:
    code = 'exports.handler = async () => {try {require("aws-cdk");} catch (e) {return e.code;}};'
    create_function(own_cloud, "no-cdk", package({"index.js": code}), runtime="nodejs22.x")
    assert invoke(own_cloud, "no-cdk") == (None, "MODULE_NOT_FOUND")


@pytest.mark.parametrize(
    "files",
    [
        {"index.mjs": 'import "@aws-sdk/client-nothing"; export const handler = async () => 1;'},
        {"index.js": 'require("@aws-sdk/client-nothing"); exports.handler = async () => 1;'},
    ],
    ids=["mjs", "js"],
)
def test_a_client_that_is_not_installed_is_named_with_the_remedy(
    own_cloud: Cloud, files: dict[str, str]
) -> None:
    name = f"missing-{next(iter(files)).replace('.', '-')}"
    create_function(own_cloud, name, package(files), runtime="nodejs22.x")
    error, answer = invoke(own_cloud, name)
    assert error == "Unhandled"
    assert "`npm install @aws-sdk/client-nothing`" in answer["errorMessage"]
    assert "APPFLOW_LOCAL_NODE_MODULES" in answer["errorMessage"]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with nothing on PATH, outside any environment."""
    app = tmp_path / "app"
    app.mkdir()
    monkeypatch.chdir(app)
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(sys, "prefix", "/nonexistent")
    monkeypatch.delenv("APPFLOW_LOCAL_NODE_MODULES", raising=False)
    return app


def installed(folder: Path) -> Path:
    (folder / "node_modules" / "@aws-sdk" / "client-s3").mkdir(parents=True)
    return folder / "node_modules"


def test_the_sdk_is_optional(elsewhere: Path) -> None:
    assert elsewhere.is_dir()
    assert find_node_modules() is None
    link_sdk(None, elsewhere)
    assert list(elsewhere.iterdir()) == []


def test_the_sdk_is_found_beside_the_app_and_above(elsewhere: Path) -> None:
    above = installed(elsewhere.parent)
    assert find_node_modules() == above
    beside = installed(elsewhere)
    assert find_node_modules() == beside


def test_the_sdk_is_found_where_commands_of_npm_are(
    elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert elsewhere.is_dir()
    found = installed(tmp_path / "project")
    monkeypatch.setenv("PATH", f"/usr/bin{os.pathsep}{found / '.bin'}")
    assert find_node_modules() == found


def test_a_folder_that_others_could_have_made_is_passed_over(elsewhere: Path) -> None:
    found = installed(elsewhere)
    found.chmod(0o777)
    assert find_node_modules() is None


def test_the_folder_that_is_named_is_used(
    elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(elsewhere)
    named = installed(tmp_path / "named")
    monkeypatch.setenv("APPFLOW_LOCAL_NODE_MODULES", str(named))
    assert find_node_modules() == named


@pytest.mark.parametrize(("mode", "content"), [(0o700, "other"), (0o777, "@aws-sdk")])
def test_a_named_folder_that_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, content: str
) -> None:
    named = tmp_path / "node_modules"
    (named / content).mkdir(parents=True)
    named.chmod(mode)
    monkeypatch.setenv("APPFLOW_LOCAL_NODE_MODULES", str(named))
    with pytest.raises(NoNodeModules, match=r"APPFLOW_LOCAL_NODE_MODULES=.*node_modules "):
        find_node_modules()
