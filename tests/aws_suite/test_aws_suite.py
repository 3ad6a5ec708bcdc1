"""AWS's own integration suite for connectors passes against the local cloud."""

from pathlib import Path

import trustme

from harness.cloud.local_cloud import Cloud
from tests.aws_suite import awss_example
from tests.aws_suite.salesforce import running_salesforce
from tests.aws_suite.shop import running_shop
from tests.aws_suite.suite import PRODUCTS, Account, configuration, run_suite

TESTS = [
    "test_1_connector_register",
    "test_2_profile_creation",
    "test_3_list_entities",
    "test_4_describe_entity",
    "test_5_source_flow_execution",
    "test_6_destination_flow_execution",
]


def written(cloud: Cloud, account: Account) -> set[bytes]:
    """The objects that flows have written to the bucket."""
    s3 = cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=account.bucket, Prefix="suite/integ-test-errors/")
    keys = [item["Key"] for item in listed["Contents"]]
    return {s3.get_object(Bucket=account.bucket, Key=key)["Body"].read() for key in keys}


def test_the_suite_passes_over_a_read_only_server(
    cloud: Cloud, account: Account, authority: trustme.CA, tmp_path: Path
) -> None:
    with running_shop(tmp_path, authority, is_writable=False) as shop:
        outcome = run_suite(cloud, tmp_path, configuration(account, shop.url, is_writable=False))
        assert outcome.problems == [], outcome.printed
        assert outcome.passed == TESTS
        assert len(shop.orders()) == 1
    assert written(cloud, account) == {PRODUCTS.read_bytes()}
    assert "Integ" not in str(cloud.labels())


def test_the_suite_passes_over_a_writable_server(
    cloud: Cloud, account: Account, authority: trustme.CA, tmp_path: Path
) -> None:
    with running_shop(tmp_path, authority, is_writable=True) as shop:
        outcome = run_suite(cloud, tmp_path, configuration(account, shop.url, is_writable=True))
        assert outcome.problems == [], outcome.printed
        assert outcome.passed == TESTS
        assert shop.orders() == [
            (1, 'Bolt, "M8"', 100, 1, "2024-02-29"),
            (2, "Nut", 7, 0, "2024-03-01"),
            (3, "Größe XL", 2, None, None),
        ]
    assert written(cloud, account) == {PRODUCTS.read_bytes()}
    assert "Integ" not in str(cloud.labels())


@awss_example.runs_here
def test_the_suite_passes_over_awss_own_example(
    cloud: Cloud, account: Account, authority: trustme.CA, tmp_path: Path
) -> None:
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with running_salesforce(authority) as salesforce:
        example = awss_example.deploy(cloud, salesforce, trusted, account.bucket)
        configured = awss_example.configuration(example, salesforce, tmp_path)
        outcome = run_suite(cloud, tmp_path, configured)
        assert outcome.problems == [], outcome.printed
        assert outcome.passed == TESTS
        assert [(each["Name"], each["Phone"]) for each in salesforce.accounts] == [
            ("Bolts & Co", None),
            ("Nuts, Ltd", "1234"),
            ("Größe XL", "5678"),
        ]
    assert "Integ" not in str(cloud.labels())
