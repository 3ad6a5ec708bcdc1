"""`appflow-local check` of AWS's own example of a connector: what it says, and that it is true."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import trustme

from harness.cloud.local_cloud import Cloud
from tests.aws_suite import awss_example
from tests.aws_suite.salesforce import Salesforce, running_salesforce, some_accounts

pytestmark = awss_example.runs_here

LABEL = "Integ_Checked"
# The package's own code has each of these: its queries have neither LIMIT nor a next page; BETWEEN
# becomes `>` and `<`; its visitor writes neither parentheses nor NOT, and escapes no `%`; and
# `format_quotes` throws the escaped text of an ID away.
TRUE_OF_READING = {
    "query.max-results",
    "query.filter-bounds",
    "query.filter-parentheses",
    "query.filter-not",
    "query.filter-wildcards",
    "retrieve.injection",
}
# It stops at the first bad record, keeps those before it, and tells the results of none.
TRUE_OF_WRITING = {"write.partial", "write.all-or-none"}


@pytest.fixture(scope="module")
def salesforce(
    cloud: Cloud, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Salesforce]:
    trusted = tmp_path_factory.mktemp("checked") / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with running_salesforce(authority) as found:
        account = awss_example.deploy(cloud, found, trusted, "none", name="awss-example-checked")
        awss_example.register(cloud, account, LABEL)
        try:
            yield found
        finally:
            cloud.client("appflow").unregister_connector(connectorLabel=LABEL, forceDelete=True)


@pytest.fixture(scope="module")
def found(
    cloud: Cloud, salesforce: Salesforce, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str]]:
    """The ids of the checks by their status, of reading and of writing."""
    folder = tmp_path_factory.mktemp("report")
    salesforce.accounts = some_accounts()
    given, report = folder / "credentials.json", folder / "report.json"
    given.write_text(json.dumps(awss_example.credentials()))
    options = [
        *("--credentials", str(given), "--json", str(report), "--write", "Account"),
        *("--settings", f"instanceUrl={salesforce.url}", "is_sandbox_account=false"),
    ]
    done = cloud.run(["appflow-local", "check", LABEL, *options])
    assert done.returncode == 1, done.stdout + done.stderr
    found: dict[str, set[str]] = {}
    for each in json.loads(report.read_text(encoding="utf-8"))["checks"]:
        found.setdefault(each["status"], set()).add(each["id"])
    return found


def test_reading_awss_example_fails_no_check_and_its_warnings_are_true(
    found: dict[str, set[str]],
) -> None:
    assert found["failed"] <= TRUE_OF_WRITING
    assert found["warned"] == TRUE_OF_READING
    made = {"credentials.wrong-refused", "fields.format", "query.filter-equal", "query.types"}
    assert made | {"query.filter-between", "retrieve.agrees"} <= found["passed"]


def test_writing_with_awss_example_fails_where_it_keeps_half_and_tells_nothing(
    found: dict[str, set[str]],
) -> None:
    assert found["failed"] == TRUE_OF_WRITING
    assert {"write.stored", "write.update-alone", "write.texts-kept"} <= found["passed"]
