"""Writes what the local cloud's code says of its behaviour into the pages, by operation.

What is between the markers of docs/local-cloud/fidelity.md and cloudformation.md comes from the
notes in the code (`scripts/code_notes.py`); the rest of the pages is written by hand. Run it as
`python -m scripts.behaviour_pages`, or with `make format`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scripts.code_notes import REPOSITORY, Note, notes

_DOCS = REPOSITORY / "docs" / "local-cloud"
FIDELITY, CLOUDFORMATION = _DOCS / "fidelity.md", _DOCS / "cloudformation.md"
_BLOCK = re.compile(
    r"(?P<begin><!-- behaviour of (?P<area>[^:]+): written by scripts/behaviour_pages.py -->\n)"
    r".*?(?P<end><!-- end of behaviour -->)",
    re.DOTALL,
)

Headings = Mapping[str, tuple[str, ...]]

AREAS: Mapping[str, Headings] = {
    "Requests": {
        "Every request": ("appflow/",),
        "Client tokens": ("appflow/account/tokens.py",),
        "Permissions and ARNs": ("appflow/account/account.py", "appflow/account/arns.py"),
    },
    "Connectors": {
        "RegisterConnector": (),
        "UpdateConnectorRegistration": (),
        "UnregisterConnector": (),
        "DescribeConnector": (),
        "DescribeConnectors": ("appflow/connectors/describe_connectors.py",),
        "ListConnectors": (),
        "A connector's configuration": ("appflow/connectors/configuration",),
        "Requests to a connector": (
            "appflow/connectors/",
            "appflow/account/faults.py",
            "appflow/asking.py",
            "appflow/profiles/connector_context.py",
        ),
    },
    "Connector profiles": {
        "CreateConnectorProfile": ("appflow/profiles/",),
        "UpdateConnectorProfile": (),
        "DeleteConnectorProfile": (),
        "DescribeConnectorProfiles": (),
        "A profile's secret": ("appflow/profiles/secret.py",),
        "OAuth 2": ("appflow/profiles/oauth2/", "appflow/account/token_style.py"),
    },
    "Entities": {
        "ListConnectorEntities": (),
        "DescribeConnectorEntity": (),
        "ResetConnectorMetadataCache": ("appflow/metadata/reset.py",),
        "Entities and fields": ("appflow/metadata/",),
        "Cached answers": ("appflow/account/metadata_cache.py",),
    },
    "Flows": {
        "CreateFlow": ("appflow/flows/", "appflow/flow_definition/"),
        "UpdateFlow": (),
        "DeleteFlow": (),
        "DescribeFlow": (),
        "ListFlows": (),
        "The buckets of a flow": ("appflow/flows/buckets.py",),
        "Schedules": ("appflow/execution/scheduler.py",),
    },
    "Runs": {
        "StartFlow": (),
        "StopFlow": (),
        "CancelFlowExecutions": (),
        "DescribeFlowExecutionRecords": (),
        "A run": ("appflow/execution/",),
        "Writing to a connector": (
            "appflow/execution/destinations/",
            "appflow/transfer/write_rules.py",
        ),
        "Events, metrics and callers": ("appflow/execution/run_reports.py",),
    },
    "What a flow does to records": {
        "Tasks": ("appflow/transfer/",),
        "Filters": ("appflow/transfer/filters.py", "appflow/transfer/literals.py"),
        "Incremental pulls": ("appflow/transfer/incremental.py",),
        "Validations": ("appflow/transfer/validations.py",),
        "Values": (
            "appflow/transfer/casts.py",
            "appflow/transfer/data_types.py",
            "appflow/transfer/default_values.py",
            "appflow/transfer/fields.py",
            "appflow/transfer/value_changes.py",
            "appflow/transfer/values.py",
        ),
    },
    "Files in S3": {
        "Object keys": ("appflow/transfer/object_keys.py",),
        "Files that a flow writes": ("appflow/execution/destinations/s3_destination.py",),
        "Files that a flow reads": ("appflow/execution/sources/s3_source.py",),
        "CSV, JSON and Parquet": ("appflow/transfer/formats/",),
        "Data catalog": ("appflow/execution/catalog", "appflow/flows/catalog_"),
    },
    "Tags and keys": {
        "TagResource, UntagResource and ListTagsForResource": ("appflow/tags.py",),
        "Keys of your own": ("appflow/customer_keys.py",),
    },
    "Functions and the workbench": {
        "Functions": ("java_runtime.py", "node_runtime.py", "ministack_adapter/functions.py"),
        "The workbench": ("check/", "driving/", "page/", "testing/", "traffic/", "web_pages.py"),
    },
    "AppFlow's types": {"AppFlow's types in stacks": ("stack_types/",)},
    "MiniStack": {"Stacks": ("ministack_adapter/",)},
}
"""The areas of the pages; under each heading, the beginnings of its modules' paths."""

_HEADING_OF = {
    start: heading
    for headings in AREAS.values()
    for heading, starts in headings.items()
    for start in starts
}
_SDK = "https://github.com/awslabs/aws-appflow-custom-connector-java/blob/main"
_GUIDE = "https://docs.aws.amazon.com/appflow/latest/userguide"
_API = "https://docs.aws.amazon.com/appflow/1.0/APIReference/API_"
_LINKS = {
    r"(?<!Lambda )(?<!CloudWatch )API reference ([A-Z]\w+)": _API + r"\1.html",
    r"(?<![\w/])([\w-]+/[\w-]+)#(\d+)": r"https://github.com/\1/issues/\2",
    r"SDK README": f"{_SDK}/README.md",
    r"SDK example's README": f"{_SDK}/custom-connector-example/README.md",
    r"SDK query filter's README": f"{_SDK}/custom-connector-queryfilter/README.md",
    r"AuthenticationType\.md": f"{_SDK}/AuthenticationType.md",
    r"TroubleShootingGuide\.md": f"{_SDK}/TroubleShootingGuide.md",
    r'"Flow triggers"': f"{_GUIDE}/flow-triggers.html",
    r'"Flow notifications"': f"{_GUIDE}/flow-notifications.html",
    r'"Cataloging the data output"': f"{_GUIDE}/flows-catalog.html",
    r'"Amazon S3 bucket policies for Amazon AppFlow"': f"{_GUIDE}/s3-policies-management.html",
    r'"Logging Amazon AppFlow API calls with AWS CloudTrail"': (
        f"{_GUIDE}/appflow-cloudtrail-logs.html"
    ),
}
"""The addresses of sources that many notes name."""


def main() -> None:
    """Bring the pages up to date."""
    every = notes()
    for path in (FIDELITY, CLOUDFORMATION):
        path.write_text(updated(path.read_text(encoding="utf-8"), every), encoding="utf-8")


def updated(page: str, every: Iterable[Note]) -> str:
    """Return a page with the notes of today between its markers."""
    by_heading: dict[str, list[Note]] = {}
    for note in every:
        by_heading.setdefault(heading_of(note), []).append(note)
    return _BLOCK.sub(
        lambda block: f"{block['begin']}{_area(AREAS[block['area']], by_heading)}{block['end']}",
        page,
    )


def heading_of(note: Note) -> str:
    """Return the heading for a note: the one it names, its operation's, or its module's.

    Raises:
        LookupError: no heading is for it.
    """
    operation = _operation(note.function)
    named = note.heading or (operation if operation in _all_headings() else "")
    if named:
        return named if named in _all_headings() else _unknown(note)
    starts = [start for start in _HEADING_OF if note.module.startswith(start)]
    return _HEADING_OF[max(starts, key=len)] if starts else _unknown(note)


def _all_headings() -> set[str]:
    return {heading for headings in AREAS.values() for heading in headings}


def _unknown(note: Note) -> str:
    raise LookupError(f"no heading in AREAS is for the note of {note.module}: {note.text}")


def _area(headings: Headings, by_heading: Mapping[str, list[Note]]) -> str:
    parts = []
    for heading in headings:
        here = sorted(by_heading.get(heading, []), key=lambda note: _rank(note, heading))
        title = f"\n### {heading}\n\n" if len(headings) > 1 else ""
        modules = ", ".join(f"`{module}`" for module in dict.fromkeys(each.module for each in here))
        parts.append(f"{title}{table(here)}\nCode: {modules}\n")
    return "".join(parts)


def _rank(note: Note, heading: str) -> tuple[bool, bool]:
    """Order what the operation's own function says before the rest, and refusals last."""
    return note.standing == "refused", _operation(note.function) != heading


def _operation(function: str) -> str:
    return "".join(word.capitalize() for word in function.split("_"))


def table(rows: Iterable[Note]) -> str:
    """Return notes as a table, in Markdown."""
    lines = [
        f"| {_cell(_sentence(note.text))} | {note.standing} | {linked(_cell(note.source))} |\n"
        for note in rows
    ]
    return "| behaviour | standing | source |\n|---|---|---|\n" + "".join(lines)


def linked(source: str) -> str:
    """Return a source with links to the public pages that it names."""
    for pattern, address in _LINKS.items():
        source = re.sub(pattern, rf"[\g<0>]({address})", source)
    return source


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "…")) else ".")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    main()
