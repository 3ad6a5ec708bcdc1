"""Which file of requirements counts, and what in it changes the bundle."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling.installation import install
from cdk_appflow_connector.function.bundling.requirements import Requirements, read_requirements
from cdk_appflow_connector.function.bundling.target import Target
from harness.synth.wheels import index, wheel

PROJECT = '[project]\nname = "crm-connector"\nversion = "1"\nrequires-python = ">=3.10"\n'
SDK = "custom-connector-sdk==1.0.5"
PARSER = "antlr4-python3-runtime==4.9.2"


def read(folder: Path, *lines: str, file: str = "requirements.txt") -> Requirements:
    (folder / file).write_text("\n".join(lines))
    return read_requirements(folder, None)


def test_comments_and_blank_lines_change_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path, "crm==1.0 --hash=sha256:aa", "queries==2")
    spread = ["# ours", "", "crm==1.0 \\", "  --hash=sha256:aa  # pinned", "queries==2"]
    assert [line.split() for line in read(tmp_path, *spread).lines] == [
        line.split() for line in plain.lines
    ]
    assert read(tmp_path, "# ours", "crm==1.0", "").digest == read(tmp_path, "crm==1.0").digest


def test_another_pin_is_another_digest(tmp_path: Path) -> None:
    assert read(tmp_path, "crm==1.0").digest != read(tmp_path, "crm==1.1").digest


def test_a_nested_file_stands_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "base.txt").write_text("queries==2\n-f wheels")
    (tmp_path / "base" / "wheels").mkdir()
    both = read(tmp_path, "-r base/base.txt", "crm==1.0")
    assert both.lines == ("queries==2", f"-f {tmp_path}/base/wheels", "crm==1.0")
    assert both.names == {"queries", "crm"}
    (tmp_path / "base" / "base.txt").write_text("queries==3")
    assert read(tmp_path, "-r base/base.txt", "crm==1.0").digest != both.digest


@pytest.mark.parametrize("option", ["-c limits.txt", "--constraint=limits.txt"])
def test_constraints_count(tmp_path: Path, option: str) -> None:
    (tmp_path / "limits.txt").write_text("crm<2")
    first = read(tmp_path, "crm", option)
    assert first.lines == ("crm", f"-c {tmp_path}/limits.txt")
    (tmp_path / "limits.txt").write_text("crm<3")
    assert read(tmp_path, "crm", option).digest != first.digest


def test_the_content_of_a_wheel_in_the_folder_counts(tmp_path: Path) -> None:
    path = wheel(tmp_path / "wheels", "Query_Parser")
    first = read(tmp_path, f"./wheels/{path.name}")
    assert first.lines == (str(path),)
    assert first.names == {"query-parser"}
    wheel(tmp_path / "wheels", "Query_Parser", requires=["crm"])
    assert read(tmp_path, f"./wheels/{path.name}").digest != first.digest


def test_the_folder_does_not_count(tmp_path: Path) -> None:
    digests = set()
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        path = wheel(tmp_path / name, "crm")
        digests.add(read(tmp_path / name, "-f .", f"./{path.name}", "queries").digest)
    assert len(digests) == 1


@pytest.mark.parametrize(
    "line", ["-e .", "--editable ../shared", "./shared", "shared @ file:./shared"]
)
def test_a_folder_is_no_requirement(tmp_path: Path, line: str) -> None:
    (tmp_path / "shared").mkdir()
    with pytest.raises(ValueError, match=r"is a folder: build a wheel of it"):
        read(tmp_path, line)


def test_a_package_named_like_a_folder_is_a_requirement(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    assert read(tmp_path, "crm").names == {"crm"}


def test_a_missing_nested_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"requirement '-r base.txt': there is no '.*base.txt'"):
        read(tmp_path, "-r base.txt")


def test_requirements_must_be_somewhere(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"has no requirements.txt, uv.lock or pyproject.toml: add"
    ):
        read_requirements(tmp_path, None)
    with pytest.raises(ValueError, match=r"requirements '.*lambda.txt' is not a file"):
        read_requirements(tmp_path, "lambda.txt")


def test_two_files_that_could_be_meant_are_refused_and_naming_one_helps(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "uv.lock").write_text("")
    with pytest.raises(ValueError, match=r"has requirements.txt and uv.lock: name one"):
        read(tmp_path, "crm")
    assert read_requirements(tmp_path, "requirements.txt").names == {"crm"}


@pytest.mark.parametrize("lines", [(), ("# nothing",), ("-f wheels",)])
def test_an_empty_file_installs_nothing(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert read(tmp_path, *lines).is_empty


def test_of_pyproject_toml_the_dependencies_count_and_nothing_else(tmp_path: Path) -> None:
    first = read(tmp_path, PROJECT, 'dependencies = ["crm==1.0"]', file="pyproject.toml")
    assert first.lines == ("crm==1.0",)
    others = ["[project.optional-dependencies]", 'more = ["queries"]', "[tool.ruff]"]
    second = read(tmp_path, PROJECT, 'dependencies = ["crm==1.0"]', *others, file="pyproject.toml")
    assert second.digest == first.digest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[project", "is not TOML"),
        ('[project]\ndynamic = ["dependencies"]', "to the build"),
        ('[tool.poetry.dependencies]\nrequests = "2.32.3"', "which only Poetry reads"),
    ],
)
def test_an_unusable_pyproject_toml_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=rf"pyproject.toml' .*{says}"):
        read(tmp_path, text, file="pyproject.toml")


def test_awss_sdk_gets_the_parser_that_it_does_not_declare(tmp_path: Path) -> None:
    assert read(tmp_path, "Custom_Connector.SDK==1.0.5").lines[1:] == (PARSER,)
    assert read(tmp_path, SDK, "antlr4_python3_runtime==4.9.2").lines[2:] == ()
    assert read(tmp_path, SDK).digest != read(tmp_path, SDK, PARSER).digest


@pytest.mark.parametrize("sdk", ["amazon-appflow-custom-connector-sdk==1.0.4", SDK])
def test_awss_sdk_is_known_by_both_its_names(tmp_path: Path, sdk: str) -> None:
    required = read(tmp_path, sdk)
    assert (required.lines, required.has_sdk) == ((sdk, PARSER), True)


@pytest.mark.parametrize("folder", ["custom_connector_sdk", "custom_connector_queryfilter"])
def test_a_copy_of_awss_sdk_gets_the_parser_unless_it_is_copied_too(
    tmp_path: Path, folder: str
) -> None:
    (tmp_path / "requirements.txt").touch()
    required = read_requirements(tmp_path, None, {folder})
    assert (required.lines, required.has_sdk, required.is_empty) == ((PARSER,), True, False)
    both = read_requirements(tmp_path, None, {folder, "antlr4"})
    assert (both.lines, both.has_sdk) == ((), True)


def test_beside_a_copy_of_awss_sdk_hashes_need_the_parser_by_hand(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("crm==1.0 --hash=sha256:aa")
    says = rf"a copy of AWS's SDK \(custom_connector_sdk\) beside it, without .*: add {PARSER}"
    with pytest.raises(ValueError, match=says):
        read_requirements(tmp_path, None, {"custom_connector_sdk"})


@pytest.mark.parametrize("lines", [("awslambdaric==1.2.2",), ("AWSLambdaRIC", "-f wheels")])
def test_lambdas_own_client_needs_no_installation(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert read(tmp_path, *lines).is_empty


def test_with_hashes_the_parser_must_be_added_by_hand(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"does not declare: add {PARSER} \(with its hash\)"):
        read(tmp_path, f"{SDK} --hash=sha256:aa")
    (tmp_path / "requirements.txt").unlink()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    with pytest.raises(ValueError, match=rf"add {PARSER} \(uv add {PARSER}\)"):
        read(tmp_path, 'name = "custom-connector-sdk"', file="uv.lock")


def test_a_uv_lock_is_exported_and_installed(
    tmp_path: Path, wheels: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_CONFIG_FILE")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    wheel(wheels, "crm", requires=["queries"])
    wheel(wheels, "queries")
    monkeypatch.setenv("UV_DEFAULT_INDEX", index(tmp_path / "index", wheels))
    connector = tmp_path / "connector"
    connector.mkdir()
    (connector / "pyproject.toml").write_text(PROJECT + 'dependencies = ["crm"]')
    _uv(connector, "lock")
    requirements = read_requirements(connector, None)
    install(requirements, target, tmp_path / "installed")
    assert {"crm", "queries"} <= {path.name for path in (tmp_path / "installed").iterdir()}
    assert {"crm", "queries"} <= requirements.names


def test_a_folder_in_a_uv_lock_is_refused(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "pyproject.toml").write_text(PROJECT.replace("crm-connector", "shared"))
    source = '[tool.uv.sources]\nshared = { path = "shared" }\n'
    (tmp_path / "pyproject.toml").write_text(PROJECT + f'dependencies = ["shared"]\n{source}')
    _uv(tmp_path, "lock")
    with pytest.raises(ValueError, match="requirement 'shared' is a folder: build a wheel"):
        install(read_requirements(tmp_path, None), target, tmp_path / "installed")


def test_a_uv_lock_behind_its_pyproject_toml_is_refused(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_NO_INDEX", "1")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    _uv(tmp_path, "lock")
    (tmp_path / "pyproject.toml").write_text(PROJECT + 'dependencies = ["crm"]')
    with pytest.raises(ValueError, match=r"uv can't export '.*uv.lock'"):
        install(read_requirements(tmp_path, None), target, tmp_path / "installed")


def _uv(folder: Path, command: str) -> None:
    uv = Path(sysconfig.get_path("scripts"), "uv")
    done = subprocess.run(
        [uv, command, "--quiet"], cwd=folder, env=os.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_requirements_that_are_not_utf_8_are_refused_by_name(tmp_path: Path) -> None:
    # As PowerShell 5 saves what `pip freeze` prints.
    (tmp_path / "requirements.txt").write_bytes("crm==1.0\r\n".encode("utf-16"))
    with pytest.raises(ValueError, match=r"requirements\.txt' is not UTF-8 text: save it as UTF-8"):
        read_requirements(tmp_path, None)
