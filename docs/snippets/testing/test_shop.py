# region first
from collections.abc import Iterator
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from appflow_local.testing import AppflowLocal, AppflowLocalFactory, Profile

KEY = {"type": "apiKey", "apiKey": "open-sesame"}


@pytest.fixture
def profile(appflow_local: AppflowLocal) -> Profile:
    connector = appflow_local.connector("connector/", handler="shop.handler")
    return connector.profile(credentials=KEY)


def test_all_products_arrive(profile: Profile) -> None:
    run = profile.run("products")  # to S3, all fields, and waits
    assert run.status == "Successful"
    assert [row["id"] for row in run.records] == [1, 2, 3, 4, 5]
    assert run.calls[0].operation == "QueryData"


def test_a_wrong_key_is_refused(appflow_local: AppflowLocal) -> None:
    connector = appflow_local.connector("connector/")
    with pytest.raises(ClientError, match="the shop does not know this key"):
        connector.profile({"type": "apiKey", "apiKey": "wrong"})


# endregion
# region faults
def test_a_busy_shop_is_asked_again(appflow_local: AppflowLocal, profile: Profile) -> None:
    appflow_local.faults.add("QueryData", error="RateLimitExceeded", times=2, retry_after=120)
    run = profile.run("products")  # four minutes, in no time
    assert len(run.records) == 5
    assert run.ended_at - run.started_at >= timedelta(minutes=4)


# endregion
# region clock
def test_fields_are_asked_for_again_after_an_hour(
    appflow_local: AppflowLocal, profile: Profile
) -> None:
    for _ in range(2):
        profile.fields("products")
    appflow_local.clock.advance(timedelta(hours=1))
    profile.fields("products")
    asked = [call.operation for call in profile.calls]
    assert asked.count("DescribeEntity") == 2


# endregion
# region shared
@pytest.fixture(scope="module")
def shop(appflow_local_factory: AppflowLocalFactory) -> Iterator[Profile]:
    with appflow_local_factory() as cloud:  # which nothing empties
        yield cloud.connector("connector/").profile(KEY)


def test_the_shop_has_products(shop: Profile) -> None:
    assert shop.entities() == ["products"]


def test_a_product_has_a_name(shop: Profile) -> None:
    assert [each["identifier"] for each in shop.fields("products")] == ["id", "name"]


# endregion
