"""Reading records by id."""

import json

from tests.examples.datasette_connector.conftest import AppFlow, error


def test_records_are_found_by_their_ids(appflow: AppFlow) -> None:
    answer = appflow.retrieve("shop/orders", ["4", "1", "2", "4"], selectedFieldNames=["id"])
    assert answer["isSuccess"]
    assert [json.loads(record)["id"] for record in answer["records"]] == [1, 4]


def test_more_ids_than_one_url_holds_are_found(appflow: AppFlow) -> None:
    wanted = [number * 3 + 1 for number in range(950)]
    answer = appflow.retrieve("shop/orders", [str(each) for each in wanted], idFieldName="id")
    assert [json.loads(record)["id"] for record in answer["records"]] == wanted


def test_ids_may_be_any_text(appflow: AppFlow) -> None:
    answer = appflow.retrieve("shop/order+items", ["O'Brien; --", "' OR 1=1 --"])
    assert [json.loads(record)["sku"] for record in answer["records"]] == ["O'Brien; --"]


def test_no_ids_find_no_records(appflow: AppFlow) -> None:
    answer = appflow.retrieve("shop/orders", [])
    assert (answer["isSuccess"], answer["records"]) == (True, [])


def test_ids_that_cannot_be_served_are_refused(appflow: AppFlow) -> None:
    for entity, ids, members in [
        ("shop/orders", ["first"], {}),
        ("shop/orders", ["1"], {"idFieldName": "status"}),
        ("shop/orders", ["1"], {"idFieldName": "nope"}),
        ("shop/sales", ["1"], {}),
        ("shop/stock_places", ["hall 1"], {}),
        ("shop/documents", ["99"], {}),
        ("shop/fingerprints", ["A"], {}),
    ]:
        assert error(appflow.retrieve(entity, ids, **members))[0] == "InvalidArgument"
