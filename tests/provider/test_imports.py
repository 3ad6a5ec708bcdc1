from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROVIDER = Path(__file__).parents[2] / "provider_lambda"
HANDLER = "import appflow_connector_provider.handler, sys"

LISTED_FOLDERS = """
import os, sys
listed = []
sys.addaudithook(lambda event, args: event == "os.listdir" and listed.append(str(args[0])))
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
from appflow_connector_provider.calls import new_client
new_client(35)
services = [folder for folder in listed if os.path.join("botocore", "data") in folder]
"""


def run(code: str) -> None:
    """Run code in a Python that has imported nothing else."""
    subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(PROVIDER)}, check=True, timeout=60
    )


def test_a_cold_start_imports_nothing_of_boto3() -> None:
    run(f"{HANDLER}; assert not {{'boto3', 's3transfer'}} & set(sys.modules)")


def test_whoever_imports_boto3_later_gets_the_real_one() -> None:
    run(f"{HANDLER}; import boto3; assert boto3.session.Session")


def test_a_boto3_that_was_imported_before_stays() -> None:
    run(f"import boto3, sys; real = boto3; {HANDLER}; assert sys.modules['boto3'] is real")


def test_making_the_client_looks_through_no_other_services_folder() -> None:
    run(f"{LISTED_FOLDERS}assert {{os.path.basename(s) for s in services}} == {{'appflow'}}")
