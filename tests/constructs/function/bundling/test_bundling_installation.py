"""uv installs for Lambda's platform; no other machine's code gets in."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling import uv_command
from cdk_appflow_connector.function.bundling.installation import install
from cdk_appflow_connector.function.bundling.requirements import read_requirements
from cdk_appflow_connector.function.bundling.target import Target
from harness.synth.wheels import hashed, sdist, source_of, wheel

HERE = f"cp{sys.version_info.major}{sys.version_info.minor}"
SETUP = "# setuptools\n{}\n"
HERE_ON = "Python 3.12 on aarch64 Linux"
WAYS_OUT = r"Either require a release .* let uv find one \(--find-links FOLDER.*bundle in Docker"


def installed(tmp_path: Path, target: Target, *lines: str) -> dict[str, str]:
    """The modules that the requirements install, with their text."""
    connector = tmp_path / "connector"
    connector.mkdir()
    (connector / "requirements.txt").write_text("\n".join(lines))
    folder = tmp_path / "installed"
    install(read_requirements(connector, None), target, folder)
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.suffix in {".py", ".so"}
    }


def test_a_pure_wheel_is_installed_with_what_it_requires(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    wheel(wheels, "crm", requires=["queries>=2"])
    wheel(wheels, "queries", version="2.5")
    files = installed(tmp_path, target, "crm==1.0")
    assert files == {
        "crm/__init__.py": "VERSION = '1.0'\n",
        "queries/__init__.py": "VERSION = '2.5'\n",
    }


def test_of_platform_wheels_the_functions_own_is_taken(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    for machine in ("x86_64", "aarch64"):
        wheel(wheels, "fast", tag=f"cp312-cp312-manylinux_2_28_{machine}")
    files = installed(tmp_path, target, "fast")
    assert files["fast/_fast.so"] == "cp312-cp312-manylinux_2_28_aarch64"


def test_a_wheel_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    wheel(wheels, "fast", tag="cp311-cp311-manylinux2014_aarch64")
    wheel(wheels, "fast", tag="cp312-cp312-manylinux2014_x86_64")
    wheel(wheels, "fast", tag="cp312-cp312-manylinux_2_35_aarch64")
    wheel(wheels, "fast", tag="cp312-cp312-macosx_11_0_arm64")
    says = rf"requirement 'fast==1.0' has no wheel for {HERE_ON} .*{WAYS_OUT}"
    with pytest.raises(ValueError, match=says):
        installed(tmp_path, target, "fast==1.0")


def test_a_file_of_a_wheel_that_does_not_fit_is_refused_by_name(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    path = wheel(wheels, "fast", tag="cp312-cp312-manylinux2014_x86_64")
    with pytest.raises(ValueError, match=rf"x86_64.whl' has no wheel for {HERE_ON}"):
        installed(tmp_path, target, str(path))


def test_a_source_without_compiled_code_is_built(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    wheel(wheels, "parser", version="5.0")
    sdist(wheels, "parser", version="4.9")
    wheel(wheels, "crm", requires=["parser==4.9"])
    files = installed(tmp_path, target, "crm")
    assert files["parser/__init__.py"] == "VERSION = '4.9'\n"


def test_a_source_that_gives_code_for_this_machine_is_refused(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    tag = f"{HERE}-{HERE}-linux_x86_64"
    sdist(wheels, "fast", tag=tag)
    says = (
        rf"requirement 'fast==1.0' has no wheel for .*its source gives fast-1.0-{tag}.*{WAYS_OUT}"
    )
    with pytest.raises(ValueError, match=says):
        installed(tmp_path, target, "fast==1.0")


def test_a_source_given_as_a_file_is_refused_if_it_gives_code_for_this_machine(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    path = sdist(wheels, "fast", tag=f"{HERE}-{HERE}-linux_x86_64")
    with pytest.raises(
        ValueError, match=rf"'.*fast-1.0.tar.gz' has no wheel .*gives fast-1.0-{HERE}"
    ):
        installed(tmp_path, target, str(path))


def test_hashes_are_checked(tmp_path: Path, wheels: Path, target: Target) -> None:
    meant = wheel(wheels, "crm")
    line = hashed("crm==1.0", meant)
    wheel(wheels, "crm", requires=['other; python_version < "3"'])
    with pytest.raises(ValueError, match="Hash mismatch for `"):
        installed(tmp_path, target, line)


def test_a_source_with_a_hash_is_built_beside_wheels_with_theirs(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    crm, parser = wheel(wheels, "crm", requires=["parser"]), sdist(wheels, "parser")
    files = installed(tmp_path, target, hashed("crm==1.0", crm), hashed("parser==1.0", parser))
    assert {"crm/__init__.py", "parser/__init__.py"} <= set(files)


def test_a_source_with_another_hash_is_not_built(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    sdist(wheels, "parser")
    other = wheel(wheels, "other")
    with pytest.raises(ValueError, match="Hash mismatch for `"):
        installed(tmp_path, target, hashed("parser==1.0", other))


def test_markers_are_judged_for_the_function_and_not_for_this_machine(
    tmp_path: Path, wheels: Path
) -> None:
    target = Target(python="3.9", machine="aarch64", glibc=26)
    wheel(wheels, "backport")
    wheel(wheels, "elsewhere")
    markers = ['python_version < "3.10"', 'platform_machine == "aarch64"']
    wheel(wheels, "crm", requires=[f"backport; {' and '.join(markers)}"])
    files = installed(tmp_path, target, "crm", 'elsewhere; python_version >= "3.10"')
    assert set(files) == {"crm/__init__.py", "backport/__init__.py"}


def test_a_partly_hashed_file_is_refused(tmp_path: Path, wheels: Path, target: Target) -> None:
    crm = wheel(wheels, "crm")
    wheel(wheels, "other")
    with pytest.raises(ValueError, match=r"all requirements must have a hash.*other"):
        installed(tmp_path, target, hashed("crm==1.0", crm), "other==1.0")


def test_a_wheel_for_this_machine_only_is_refused(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    wheel(wheels, "fast", tag="cp312-cp312-linux_aarch64")
    says = rf"'fast' has no wheel for {HERE_ON} .*, only code for linux_aarch64"
    with pytest.raises(ValueError, match=says):
        installed(tmp_path, target, "fast")


def test_constraints_are_heeded(tmp_path: Path, wheels: Path, target: Target) -> None:
    for version in ("1.0", "2.0"):
        wheel(wheels, "crm", version=version)
    (tmp_path / "my limits.txt").write_text("crm<2")
    files = installed(tmp_path, target, "crm", "-c ../my limits.txt")
    assert files["crm/__init__.py"] == "VERSION = '1.0'\n"


def test_lambdas_own_client_is_not_installed_not_even_by_another_requirement(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    wheel(wheels, "crm", requires=["awslambdaric>=1"])
    assert set(installed(tmp_path, target, "crm", "awslambdaric==1.2.2")) == {"crm/__init__.py"}


@pytest.mark.parametrize(
    ("setup", "says"),
    [
        ('[build-system]\nrequires = ["nowhere"]\nbuild-backend = "nowhere.api"', "'nowhere'"),
        (SETUP.format("raise SystemExit('\\x1b[31mno cmake\\x1b[0m')"), r"\(no cmake\)"),
        (SETUP.format("import os; raise SystemExit(os.environ['CC'])"), r"\(false\)"),
    ],
)
def test_a_source_that_cannot_be_built_is_refused_with_the_reason_and_the_way_out(
    tmp_path: Path, wheels: Path, target: Target, setup: str, says: str
) -> None:
    file = "setup.py" if "setuptools" in setup else "pyproject.toml"
    source_of(wheels, "crm", {file: setup})
    with pytest.raises(ValueError, match=rf"'crm==1.0' has no wheel .*{says}.*{WAYS_OUT}") as found:
        installed(tmp_path, target, "crm==1.0")
    assert "\x1b" not in str(found.value)
    assert "Traceback" not in str(found.value)


def test_of_a_source_that_nobody_pinned_the_error_says_why_it_was_tried(
    tmp_path: Path, wheels: Path, target: Target
) -> None:
    source_of(wheels, "parser", {"setup.py": "raise SystemExit(1)"})
    wheel(wheels, "crm", requires=["parser<2"])
    says = r"'parser' has no wheel .*Without sources, uv says: .*crm depend on parser==1.0"
    with pytest.raises(ValueError, match=says) as found:
        installed(tmp_path, target, "crm")
    assert "hint:" not in str(found.value)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["nowhere==1"], "nowhere was not found"),
        (["crm==2"], "crm==2"),
        (["crm==1.0", "crm==1.1"], "crm==1.0.*crm==1.1|crm==1.1.*crm==1.0"),
        (["crm = 1"], "crm = 1"),
    ],
)
def test_another_refusal_is_uvs_own_with_python_platform_and_remedy(
    tmp_path: Path, wheels: Path, target: Target, lines: list[str], says: str
) -> None:
    wheel(wheels, "crm")
    with pytest.raises(ValueError, match=rf"for {HERE_ON} ") as found:
        installed(tmp_path, target, *lines)
    text = " ".join(str(found.value).split())
    assert re.search(says, text)
    assert "Correct the requirements, or tell uv where to look: UV_DEFAULT_INDEX" in text


def test_without_uv_the_message_says_how_to_install_the_extra(
    tmp_path: Path, wheels: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uv_command, "find_spec", lambda _name: None)
    wheel(wheels, "crm")
    says = (
        r"uv isn't. Install the extra `python`, .*: pip install 'cdk-appflow-connector\[python\]'"
    )
    with pytest.raises(ValueError, match=says):
        installed(tmp_path, target, "crm")
