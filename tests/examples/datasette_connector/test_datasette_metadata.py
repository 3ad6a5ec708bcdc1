"""What AppFlow is told about entities and their fields."""

from tests.examples.datasette_connector.conftest import AppFlow, error


def identifiers(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [entity["entityIdentifier"] for entity in answer["entities"]]


def test_every_table_and_view_that_datasette_shows_is_an_entity(appflow: AppFlow) -> None:
    names = identifiers(appflow.list_entities())
    assert names == sorted(names)
    assert {"archive/old_orders", "shop/orders", "shop/order+items", "shop/sales"} <= set(names)
    assert not any("fts_" in name or "sqlite" in name for name in names)
    assert not any(character.isspace() for name in names for character in name)


def test_entities_come_in_pages_once_each_and_in_order(appflow: AppFlow) -> None:
    everything = identifiers(appflow.list_entities(maxResult=1000))
    pages, token = [], None
    while True:
        answer = appflow.list_entities(maxResult=3, nextToken=token)
        pages.append(identifiers(answer))
        token = answer["nextToken"]
        if token is None:
            break
    assert [name for page in pages for name in page] == everything
    assert all(len(page) == 3 for page in pages[:-1])


def test_the_last_full_page_of_entities_has_no_token(appflow: AppFlow) -> None:
    count = len(appflow.list_entities()["entities"])
    assert appflow.list_entities(maxResult=count)["nextToken"] is None
    assert appflow.list_entities(maxResult=count - 1)["nextToken"] is not None


def test_a_database_that_the_key_may_not_open_is_left_out(datasette_url: str) -> None:
    names = identifiers(AppFlow(datasette_url, "visitor").list_entities())
    assert "shop/orders" in names
    assert not [name for name in names if name.startswith("archive/")]


def test_entities_are_leaves_and_cached_for_ten_minutes(appflow: AppFlow) -> None:
    answer = appflow.list_entities()
    assert answer["cacheControl"] == {"timeToLive": 600, "timeToLiveUnit": "SECONDS"}
    sales = next(e for e in answer["entities"] if e["entityIdentifier"] == "shop/sales")
    assert sales == {
        "entityIdentifier": "shop/sales",
        "hasNestedEntities": False,
        "isWritable": False,
        "label": "sales",
        "description": "View sales of the database shop",
    }


def test_columns_become_fields_of_their_declared_type(appflow: AppFlow) -> None:
    fields = appflow.fields("shop/products")
    assert {name: field["dataType"] for name, field in fields.items()} == {
        "id": "Long",
        "name": "String",
        "category": "String",
        "price": "BigDecimal",
        "weight": "Double",
        "stock": "Long",
        "discontinued": "Boolean",
        "released": "Date",
        "updated_at": "DateTime",
        "image": "ByteArray",
        "extra": "String",
    }
    assert fields["price"]["dataTypeLabel"] == "DECIMAL(10,2)"


def test_keys_and_nullability_are_those_of_sqlite(appflow: AppFlow) -> None:
    products, places = appflow.fields("shop/products"), appflow.fields("shop/stock_places")
    assert [name for name, field in products.items() if field["isPrimaryKey"]] == ["id"]
    assert [name for name, field in places.items() if field["isPrimaryKey"]] == [
        "place",
        "product_id",
    ]
    nullable = {name: f["readProperties"]["isNullable"] for name, f in products.items()}
    assert [name for name, can_be_null in nullable.items() if not can_be_null] == ["id", "name"]
    assert not places["place"]["readProperties"]["isNullable"]
    # A text key of a table with rowids may hold nulls, and so do fields of a view.
    assert appflow.fields("shop/order+items")["sku"]["readProperties"]["isNullable"]


def test_dates_and_times_drive_incremental_pulls(appflow: AppFlow) -> None:
    fields = appflow.fields("shop/products")
    assert [
        name
        for name, field in fields.items()
        if field["readProperties"]["isTimestampFieldForIncrementalQueries"]
    ] == ["released", "updated_at"]


def test_operators_follow_the_type(appflow: AppFlow) -> None:
    fields = appflow.fields("shop/products")
    assert fields["image"]["filterOperators"] == []
    assert not fields["image"]["readProperties"]["isQueryable"]
    assert "CONTAINS" in fields["name"]["filterOperators"]
    assert "BETWEEN" in fields["updated_at"]["filterOperators"]
    assert fields["discontinued"]["filterOperators"] == ["EQUAL_TO", "NOT_EQUAL_TO"]


def test_fields_that_the_grammar_cannot_name_are_readable_but_not_queryable(
    appflow: AppFlow,
) -> None:
    fields = appflow.fields("shop/order+items")
    queryable = {name: field["readProperties"]["isQueryable"] for name, field in fields.items()}
    assert queryable == {"sku": True, "unit price": False, "in": False}
    assert fields["unit price"]["filterOperators"] == []


def test_a_view_can_be_described(appflow: AppFlow) -> None:
    answer = appflow.describe("shop/sales")
    assert answer["isSuccess"]
    assert answer["entityDefinition"]["entity"]["label"] == "sales"
    assert list(appflow.fields("shop/sales")) == ["category", "name", "orders", "sold"]


def test_an_unknown_table_is_not_found(appflow: AppFlow) -> None:
    code, message = error(appflow.describe("shop/invoices"))
    assert code == "ResourceNotFoundError"
    assert "invoices" in message


def test_an_unknown_database_is_not_found(appflow: AppFlow) -> None:
    code, message = error(appflow.describe("bazaar/orders"))
    assert code == "ResourceNotFoundError"
    assert "bazaar" in message


def test_sqlite_s_own_tables_are_no_entities(appflow: AppFlow) -> None:
    assert error(appflow.describe("shop/sqlite_master"))[0] == "ResourceNotFoundError"


def test_a_malformed_entity_name_says_how_names_look(appflow: AppFlow) -> None:
    for name in (
        "orders",
        "shop/order items",
        "shop/orders/1",
        "",
        "/",
        "shop/%6Frders",
        "../shop",
    ):
        code, message = error(appflow.describe(name))
        assert code == "ResourceNotFoundError"
        assert "database/table" in message


def test_nested_entities_and_bad_pages_are_refused(appflow: AppFlow) -> None:
    assert error(appflow.list_entities(entitiesPath="shop"))[0] == "InvalidArgument"
    assert error(appflow.list_entities(maxResult=0))[0] == "InvalidArgument"
    assert error(appflow.list_entities(nextToken="WzBd"))[0] == "InvalidArgument"


def test_a_key_without_the_right_to_run_sql_is_told_so(datasette_url: str) -> None:
    code, message = error(AppFlow(datasette_url, "visitor").describe("shop/orders"))
    assert code == "AccessDenied"
    assert "visitor" in message
    assert "execute-sql" in message
