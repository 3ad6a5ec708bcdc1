"""What docs/benchmarks.md and its chart show is what was measured."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from benchmarks import chart, document, results
from benchmarks.chains import longest_chain
from benchmarks.checks import CHECKS
from benchmarks.measured import Measured, summary
from benchmarks.peers import OURS, PEERS
from benchmarks.sections import SECTIONS

PAGE = (results.DOCS / "benchmarks.md").read_text(encoding="utf-8")


def test_the_page_shows_the_numbers_kept_beside_it() -> None:
    shown = document.filled(PAGE, results.read(), SECTIONS)
    assert shown == PAGE, "run `make bench`, or undo the edit"


def test_the_chart_shows_the_numbers_kept_beside_it() -> None:
    drawn = (results.DOCS / "benchmarks.svg").read_text(encoding="utf-8")
    assert chart.chart(results.read()) == drawn


def test_the_page_has_a_place_for_each_section_and_its_command() -> None:
    places = re.findall("<!-- begin: ([a-z-]+) -->", PAGE)
    assert sorted(places) == sorted([document.TAKEN, *SECTIONS])
    commands = re.findall("^`make bench ONLY=([a-z-]+)`, on ", PAGE, flags=re.MULTILINE)
    assert commands == places[1:]


def test_nothing_is_kept_of_sections_that_are_gone() -> None:
    assert results.read().keys() <= SECTIONS.keys()


def test_every_section_but_the_cdks_own_validation_has_a_budget() -> None:
    assert list(CHECKS) == [name for name in SECTIONS if name != "validation"]


def test_what_the_chart_shows_are_sections() -> None:
    assert set(chart.SECTIONS) <= SECTIONS.keys()


def test_other_numbers_make_another_page_and_another_chart() -> None:
    measured = deepcopy(results.read())
    answered = measured["cold-start"]["figures"]["answered"]
    answered["tutorial"] = Measured(median=987.0, first=900.0, third=1000.0, ours=0.25)
    page = document.filled(PAGE, measured, SECTIONS)
    assert "| 987 (900 to 1000) \N{MULTIPLICATION SIGN}0.25 |" in page
    assert ">987</text>" in chart.chart(measured)


@pytest.mark.parametrize(("added", "verdict"), [(15.0, "meet it"), (15.1, "do not meet it")])
def test_the_page_says_whether_a_registration_meets_its_target(added: float, verdict: str) -> None:
    measured = deepcopy(results.read())
    wall = measured["synth"]["figures"]["wall"]
    wall[OURS]["median"] = wall["functions"]["median"] + added
    page = document.filled(PAGE, measured, SECTIONS)
    assert f"This run's +{added} ms {verdict}." in page


def test_the_chart_is_an_image_with_a_bar_for_each_peer() -> None:
    image = ET.fromstring(chart.chart(results.read()))  # noqa: S314 - our own
    texts = [text.text or "" for text in image.iter("{http://www.w3.org/2000/svg}text")]
    for name in PEERS.values():
        assert texts.count(name.strip("*`")) >= 2


def test_no_label_of_the_chart_is_cut_off() -> None:
    image = ET.fromstring(chart.chart(results.read()))  # noqa: S314 - our own
    labels = image.findall("*[@text-anchor='end']")
    widest = 7.9  # of DejaVu Sans at 14 units, a character of the long names on average
    assert labels
    assert all(float(each.attrib["x"]) >= widest * len(each.text or "") for each in labels)


@pytest.mark.parametrize("rounds", [1, 4])
def test_a_ratio_is_the_median_of_the_rounds_ratios(rounds: int) -> None:
    slow_machine = {OURS: 20.0, "peer": 40.0}
    measured = summary([{OURS: 1.0, "peer": 2.0}, slow_machine, slow_machine][:rounds], OURS)
    assert measured["peer"]["ours"] == 0.5
    assert measured[OURS]["ours"] == 1.0
    json.dumps(measured)


def test_every_peer_has_an_app() -> None:
    folder = Path(document.__file__).with_name("peers")
    assert all((folder / f"{peer}.py").is_file() for peer in PEERS)


def test_a_chain_is_the_longest_one_by_references_and_dependencies() -> None:
    resources: dict[str, dict[str, Any]] = {
        "Group": {"Type": "AWS::Logs::LogGroup"},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"Name": {"Ref": "AWS::StackName"}}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {"FunctionName": {"Fn::Sub": "${Function.Arn}:${!live}"}},
        },
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {"Resource": [{"Fn::GetAtt": "Function.Arn"}]},
        },
        "Registration": {
            "Type": "Custom::AppFlowConnector",
            "DependsOn": ["Group", "Permission", "Policy"],
        },
    }
    expected = ["IAM::Role", "Lambda::Function", "IAM::Policy", "Custom::AppFlowConnector"]
    assert longest_chain(resources) == expected
    del resources["Policy"]
    expected[2] = "Lambda::Permission"
    assert longest_chain(resources) == expected
