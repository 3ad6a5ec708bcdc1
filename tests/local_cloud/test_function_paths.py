"""Paths of a function's files, as its author knows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from appflow_local.function_paths import with_own_paths

CODE = "/tmp/cloud/tmp/ministack-lambda-shop-x_1/code"  # noqa: S108 - nothing is written there


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f'File "{CODE}/shop.py", line 3', 'File "FOLDER/shop.py", line 3'),
        (f'File "{CODE}/requests/api.py", line 3', 'File "/var/task/requests/api.py", line 3'),
        (f"    at handler (file://{CODE}/shop.py:3:5)", "    at handler (file://FOLDER/shop.py:3:5)"),
        (f"cannot import name 'x' from 'shop' ({CODE}/shop.py)",
         "cannot import name 'x' from 'shop' (FOLDER/shop.py)"),
        (f"{CODE}/shop.py:3: DeprecationWarning", "FOLDER/shop.py:3: DeprecationWarning"),
        ('File "/usr/lib/python3/json.py"', 'File "/usr/lib/python3/json.py"'),
    ],
)  # fmt: skip
def test_a_path_leads_to_the_file_that_is_edited(tmp_path: Path, said: str, shown: str) -> None:
    (tmp_path / "shop.py").touch()
    assert with_own_paths(said, tmp_path) == shown.replace("FOLDER", str(tmp_path))


def test_without_a_folder_paths_are_those_on_lambda() -> None:
    assert with_own_paths(f'File "{CODE}/shop.py"') == 'File "/var/task/shop.py"'
