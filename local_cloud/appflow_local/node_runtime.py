"""The AWS SDK v3 that functions in Node.js import without bringing it along, as on Lambda.

It isn't part of this distribution, as it's npm's: it's looked for on this machine. Functions find
it beside the folders that they're unpacked in, where both `import` and `require` look, after what
they bring along themselves. They see nothing else of the folder that it's in.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from appflow_local.trusted_path import check_path

NODE_MODULES_VARIABLE = "APPFLOW_LOCAL_NODE_MODULES"
# Known (Lambda Developer Guide, "Building Lambda functions with Node.js"): the packages that
# Node.js functions find without bringing them.
_SCOPES = ("@aws-sdk", "@smithy")

NODE_PRELUDE = """\
{
  // The SDK asks for BUCKET.localhost, unless the endpoint is an address: resolvers needn't know
  // that name, and Node.js takes no certificate of *.localhost for it.
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (endpoint && !process.env.AWS_ENDPOINT_URL_S3) {
    process.env.AWS_ENDPOINT_URL_S3 = endpoint.replace("//localhost:", "//127.0.0.1:");
  }
  // MiniStack's script parses URLs so that Node.js warns once, in the function's log.
  const warned = process.noDeprecation;
  process.noDeprecation = true;
  require("url").parse("https://localhost");
  process.noDeprecation = warned;
  // Lambda takes handlers from .cjs files, too.
  require.extensions[".cjs"] = require.extensions[".js"];
}
"""
"""What a function's process does before MiniStack's script for Node.js, as JavaScript."""


class NoNodeModules(Exception):  # noqa: N818 - an outcome
    """The folder that the user names isn't one with the AWS SDK; the message says what to do."""


def find_node_modules() -> Path | None:
    """Return the `node_modules` folder with the AWS SDK that functions get; None without one.

    It is the one that `APPFLOW_LOCAL_NODE_MODULES` names; else that of the current folder or of one
    above it, as Node.js looks; else one whose `.bin` is on PATH; else one above this environment.

    Raises:
        NoNodeModules: the named folder holds no AWS SDK, or others could replace it.
    """
    named = os.environ.get(NODE_MODULES_VARIABLE)
    if not named:
        return next((each for each in _candidates() if _is_usable(each)), None)
    folder = Path(named).absolute()
    if not (folder / _SCOPES[0]).is_dir():
        raise NoNodeModules(
            f"{NODE_MODULES_VARIABLE}={named} has no {_SCOPES[0]}: name a node_modules folder with "
            "the AWS SDK in it, such as `npm install @aws-sdk/client-s3` makes"
        )
    try:
        check_path(folder)
    except OSError as error:
        raise NoNodeModules(
            f"{NODE_MODULES_VARIABLE}={named} can't be used: {error.filename}: {error.strerror}"
        ) from error
    return folder


def link_sdk(node_modules: Path | None, unpacked: Path) -> None:
    """Let functions that are unpacked below a folder find the SDK, and nothing else."""
    if node_modules is None:
        return
    seen = unpacked / "node_modules"
    seen.mkdir(parents=True)
    for scope in _SCOPES:
        if (node_modules / scope).is_dir():
            (seen / scope).symlink_to(node_modules / scope)


def reads_proxies() -> bool:
    """Whether the machine's Node.js takes proxies from the environment.

    Known (Node.js, NODE_USE_ENV_PROXY): Node.js's `http` takes proxies from the environment since
    24.5.0.
    """
    command = ["node", "--version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
        major, minor = map(int, done.stdout.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError):
        return False
    return (major, minor) >= (24, 5) or (major == 22 and minor >= 21)


def _candidates() -> Iterator[Path]:
    here = Path.cwd()
    yield from (each / "node_modules" for each in (here, *here.parents))
    for each in map(Path, os.environ.get("PATH", "").split(os.pathsep)):
        if each.name == ".bin" and each.parent.name == "node_modules":
            yield each.parent
    yield from (each / "node_modules" for each in Path(sys.prefix).parents)


def _is_usable(folder: Path) -> bool:
    """Whether the SDK is there, and nobody else could have put it there."""
    with suppress(OSError):
        if (folder / _SCOPES[0]).is_dir():
            check_path(folder)
            return True
    return False
