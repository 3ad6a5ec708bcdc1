"""The folder of a saved state: who may use it, and the errors for one that can't be used."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from appflow_local.saved_state import SavedState, SavedStateError
from harness.cloud.local_cloud import command as local_cloud_command

WRITER = "MiniStack 1.2.3"
CONTENT = {"services": {"s3": "{}"}, "appflow": {"stores": {}, "tokens": []}}
CLAIM = "import sys; from pathlib import Path; from appflow_local.saved_state import SavedState; "


@pytest.fixture
def saved(tmp_path: Path) -> SavedState:
    state = SavedState(tmp_path / "deep" / "state", WRITER)
    state.prepare()
    return state


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_only_the_owner_reads_a_new_folder(saved: SavedState) -> None:
    saved.write(CONTENT)
    assert (mode(saved.path), mode(saved.document)) == (0o700, 0o600)
    assert (mode(saved.objects), mode(saved.services)) == (0o700, 0o700)


def test_a_folder_that_others_can_read_is_closed_to_them(saved: SavedState) -> None:
    saved.path.chmod(0o755)
    saved.prepare()
    assert mode(saved.path) == 0o700


def test_a_written_state_is_read_back(saved: SavedState) -> None:
    assert saved.read() is None
    saved.write(CONTENT)
    saved.write({**CONTENT, "services": {}})
    assert saved.read() == {**CONTENT, "services": {}}


def test_a_document_is_replaced_as_a_whole_or_not_at_all(saved: SavedState) -> None:
    saved.write(CONTENT)
    with pytest.raises(TypeError):
        saved.write({"services": object()})
    assert saved.read() == CONTENT


def test_a_half_written_state_of_a_crash_does_not_keep_a_cloud_from_starting(
    saved: SavedState,
) -> None:
    saved.write(CONTENT)
    saved.document.with_suffix(".new").write_text('{"format"')
    saved.prepare()
    saved.write({**CONTENT, "services": {}})
    assert saved.read() == {**CONTENT, "services": {}}


def test_a_folder_with_somebody_elses_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    tmp_path.chmod(0o755)
    with pytest.raises(SavedStateError, match="isn't empty, and appflow-local didn't create it"):
        SavedState(tmp_path, WRITER).prepare()
    assert mode(tmp_path) == 0o755


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SavedStateError, match="can't be used for state"):
        SavedState(tmp_path / "file", WRITER).prepare()


def test_a_second_process_is_refused_until_the_first_ends(saved: SavedState) -> None:
    holding = (
        f"{CLAIM} SavedState(Path(sys.argv[1]), '').claim(4599); print('held', flush=True); input()"
    )
    command = [local_cloud_command("python"), "-c", holding, str(saved.path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        message = (
            f"another local cloud (pid {holder.pid}) is using the state in {saved.path}: stop it "
            "with `appflow-local down --port 4599`, or choose another folder with --state"
        )
        for use in (saved.prepare, lambda: saved.claim(4600)):
            with pytest.raises(SavedStateError, match=f"^{re.escape(message)}$"):
                use()
        holder.stdin.write("\n")
        holder.stdin.flush()
        holder.wait()
    saved.prepare()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "[" * 100_000, '{"format": 1}', '{"format": 1, "writer": ""}'],
    ids=["empty", "cut", "list", "null", "deep", "no writer", "no content"],
)
def test_a_corrupt_document_is_named_and_left_alone(saved: SavedState, text: str) -> None:
    saved.document.write_text(text)
    with pytest.raises(SavedStateError) as raised:
        saved.prepare()
    assert str(raised.value) == (
        f"{saved.document} is corrupt: appflow-local didn't write it. Nothing was changed: "
        f"restore the folder from a copy, or remove {saved.path} to start over"
    )
    assert saved.document.read_text() == text


@pytest.mark.parametrize("services", [{}, {"s3": "[]"}, {"s3": "{}", "iam": "{}"}], ids=str)
def test_a_document_that_was_edited_is_corrupt(saved: SavedState, services: object) -> None:
    saved.write(CONTENT)
    document = json.loads(saved.document.read_text())
    edited = {**document, "content": {**CONTENT, "services": services}}
    saved.document.write_text(json.dumps(edited))
    with pytest.raises(
        SavedStateError, match="is corrupt: it was changed after it was written"
    ) as raised:
        saved.prepare()
    assert f"remove {saved.path} to start over" in str(raised.value)


def test_a_document_from_before_there_were_digests_is_read(saved: SavedState) -> None:
    saved.write(CONTENT)
    document = json.loads(saved.document.read_text())
    del document["sha256"]
    saved.document.write_text(json.dumps(document))
    assert saved.read() == CONTENT


def test_missing_files_are_named_up_to_a_number(saved: SavedState) -> None:
    parts = [f"part {number}" for number in range(7)]
    assert str(saved.incomplete(parts)) == (
        f"the state in {saved.path} is incomplete; missing or damaged: part 0; part 1; part 2; "
        "part 3; part 4; and 2 more. Nothing was changed: restore the folder from a copy, or "
        f"remove {saved.path} to start over"
    )


@pytest.mark.parametrize(("key", "value"), [("format", 2), ("writer", "MiniStack 9.9.9")])
def test_a_document_of_another_version_is_named(saved: SavedState, key: str, value: object) -> None:
    saved.write(CONTENT)
    document = json.loads(saved.document.read_text())
    saved.document.write_text(json.dumps({**document, key: value}))
    with pytest.raises(SavedStateError, match="use the version that wrote it") as raised:
        saved.prepare()
    assert str(saved.document) in str(raised.value)
    assert str(value) in str(raised.value)
