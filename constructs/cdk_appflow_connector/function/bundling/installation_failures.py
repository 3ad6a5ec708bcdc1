"""Says why requirements can't be installed: which, for which Python and platform, what to do.

The sentences read here are those of uv 0.13; another wording shows as uv's own error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cdk_appflow_connector.function.bundling.requirement_lines import name_of, normalised
from cdk_appflow_connector.function.bundling.requirements import Requirements
from cdk_appflow_connector.function.bundling.target import Target

_SOURCE_ONLY = (
    re.compile(r"Wheels are required for `([^`]+)` because building from source is disabled"),
    re.compile(r"Building source distributions for `([^`]+)` is disabled"),
    re.compile(r"Package `([^`]+)` can't be installed because it is marked as `--no-build`"),
)
_NOTHING_FITS = (
    re.compile(r"([\w.-]+)(?:[=<>!]=?\S+)? ha(?:s|ve) no wheels with a matching"),
    re.compile(r"A (?:path|URL) \((.+)\) dependency is incompatible with the current platform"),
    re.compile(r"Package `([^`]+)` can't be installed because it doesn't have"),
)
_BUILD = re.compile(r"Failed to (?:download and )?build `(([^`@= ]+)[^`]*)`")
_BUILT = re.compile(r"The built wheel `(\S+)` is not compatible")
_OUTPUT = re.compile(r"\[std(?:err|out)\]\n(.*?)(?:\n\nhint:|\n\nhelp:|\Z)", re.DOTALL)
_EXCEPTION = re.compile(r"[\w.]*(?:Error|Exception|Failure)\b: ")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")
_OURS = ("warning:", "hint: Wheels are required")  # of the options that we give uv
_LAST_LINES = 12


def source_only(text: str) -> str | None:
    """Return the name of the distribution that, says uv, has no wheel but may have a source."""
    name = _first(_SOURCE_ONLY, text)
    return normalised(name) if name else None


def explained(
    text: str, requirements: Requirements, target: Target, before: Mapping[str, str]
) -> str:
    """Return the error that uv's stderr stands for.

    Args:
        text: what uv wrote.
        requirements: what was to be installed.
        target: for what.
        before: what uv wrote before the source of a distribution was tried, by its name.
    """
    text = _ESCAPES.sub("", text)
    if name := _first(_NOTHING_FITS, text):
        return unavailable(name, requirements, target)
    build = _BUILD.search(text)
    if build and "Hash mismatch" not in text:
        error = unavailable(build[2], requirements, target, _build_failure(build[1], text))
        # Of a requirement with a pin this says no more; otherwise it says why uv went so far.
        earlier = "" if "==" in _written(build[2], requirements) else before.get(build[2], "")
        return f"{error}. Without sources, uv says: {_said(earlier)}" if earlier else error
    return (
        f"requirements can't be installed for {target.in_words}. uv says: {_said(text)}\nCorrect "
        "the requirements, or tell uv where to look: UV_DEFAULT_INDEX, UV_INDEX and UV_FIND_LINKS, "
        "or a uv.toml"
    )


def unavailable(
    name: str, requirements: Requirements, target: Target, because: str = "nor a source to build"
) -> str:
    """Return the error for a requirement that has no wheel for the target."""
    return (
        f"requirement {_written(name, requirements)!r} has no wheel for {target.in_words}, "
        f"{because}. Either require a release that has one, let uv find one (--find-links FOLDER "
        "in the requirements), install what its build needs beside cdk-appflow-connector, or "
        "bundle in Docker: lambda_.Code.from_asset(…, bundling=…), or aws-lambda-python-alpha's "
        "PythonFunction"
    )


def _written(name: str, requirements: Requirements) -> str:
    written = (line for line in requirements.lines if name_of(line) == normalised(name))
    return re.split(r"\s*;|\s+--hash", next(written, name))[0]


def _said(text: str) -> str:
    # uv wraps its sentences and indents what belongs together.
    lines = re.sub(r"\n[ \t]+", " ", text).splitlines()
    said = [line for line in lines if line and not line.startswith(_OURS)]
    return "\n".join(said[:_LAST_LINES]).removeprefix("error: ")


def _build_failure(source: str, text: str) -> str:
    if built := _BUILT.search(_in_one_line(text)):
        return f"its source gives {built[1]}"
    output = _OUTPUT.search(text)
    said = output[1] if output else text.partition("\n\nhint:")[0]
    lines = [line.strip() for line in said.strip().splitlines()]
    reason = next((line for line in reversed(lines) if _EXCEPTION.match(line)), lines[-1])
    return f"and the source of {source} can't be built here ({reason})"


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> str | None:
    line = _in_one_line(text)
    return next((found[1] for pattern in patterns if (found := pattern.search(line))), None)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
