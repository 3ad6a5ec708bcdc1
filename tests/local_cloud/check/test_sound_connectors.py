"""No false alarm: sound connectors pass every check that can be made."""

from __future__ import annotations

from appflow_local.check.catalog import CATALOG
from harness.model.checked import FakeBench, alarms, check


def test_a_sound_connector_passes_every_check(bench: FakeBench) -> None:
    bench.connector()
    outcomes = check(bench, entities=["customers", "old/2025"])
    assert alarms(outcomes) == {}
    skipped = {each.check.id: each.detail for each in outcomes if each.status == "skipped"}
    assert skipped == {"retrieve.injection": "needs records whose primary key is a text"}
    assert [each.check for each in outcomes] == list(CATALOG)


def test_there_are_many_checks_with_unique_ids_of_the_contracts_areas() -> None:
    ids = [each.id for each in CATALOG]
    assert len(set(ids)) == len(ids) >= 60
    areas = "configuration settings credentials entities fields query retrieve write errors limits"
    assert list(dict.fromkeys(each.area for each in CATALOG)) == areas.split()
    assert all(each.title and each.source and each.remedy for each in CATALOG)


def test_nothing_is_written_without_being_asked_to(bench: FakeBench) -> None:
    connector = bench.connector()
    outcomes = check(bench, write=None)
    assert alarms(outcomes) == {}
    assert {each.status for each in outcomes if each.check.area == "write"} == {"skipped"}
    assert not [each for each in connector.requests if each["type"] == "WriteDataRequest"]


def test_what_the_check_made_is_gone_afterwards(bench: FakeBench) -> None:
    connector = bench.connector()
    before = {name: list(table) for name, table in connector.tables.items()}
    check(bench)
    assert connector.tables == before
    assert bench.host.secrets == {}
    assert bench.appflow.describe_connector_profiles()["connectorProfileDetails"] == []


def test_without_credentials_the_rest_says_what_it_would_need(bench: FakeBench) -> None:
    bench.connector()
    outcomes = check(bench, credentials=None)
    assert alarms(outcomes) == {}
    needs = {each.detail for each in outcomes if each.check.id == "entities.answered"}
    assert needs == {"needs --credentials FILE of the type apiKey or oauth2 or custom"}


def test_without_a_required_setting_the_rest_says_so(bench: FakeBench) -> None:
    bench.connector()
    outcomes = check(bench, settings={})
    assert alarms(outcomes) == {}
    assert "needs --settings baseUrl=VALUE" in {each.detail for each in outcomes}
