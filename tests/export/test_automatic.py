"""`--scheme auto`: the most accurate artifact within limits, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import made_results
import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import BudgetBroken, ExitCode
from edgedigits.export.choosing import automatic
from edgedigits.export.choosing.automatic import Limits
from edgedigits.verification.verify import Result, Verification

pytestmark = pytest.mark.xdist_group("automatic")
SCHEMES = (("tflite", "float32"), ("tflite", "dynamic"), ("tflite", "int8"))
BYTES = {"float32": 4_000, "dynamic": 2_000, "int8": 1_000}


@dataclass
class _Found:
    """Stands for a search: what each artifact did on the pictures to choose by."""

    staged: Path
    by_scheme: dict[str, Result]

    def results(self, artifacts: Sequence[Artifact]) -> tuple[Result, ...]:
        return tuple(self.by_scheme[each.scheme] for each in artifacts)


def verification(folder: Path) -> Verification:
    """Three artifacts that pass, with files in `folder` of sizes of their own."""
    checked = made_results.verification(made_results.pictures(2_000), 0, SCHEMES)
    sized = []
    for each in checked.results:
        (file,) = each.artifact.files
        file = replace(file, size_bytes=BYTES[each.artifact.scheme])
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(bytes(file.size_bytes))
        sized.append(replace(each, artifact=replace(each.artifact, files=(file,))))
    return replace(checked, results=tuple(sized))


def search(folder: Path, changed: dict[str, int]) -> _Found:
    """Each scheme changes so many answers of those that artifacts are chosen by."""
    shown = made_results.pictures(500)
    return _Found(
        folder,
        {
            scheme: made_results.verification(shown, count, (("tflite", scheme),)).results[0]
            for scheme, count in changed.items()
        },
    )


@pytest.mark.parametrize(
    ("limits", "changed", "taken"),
    [
        (Limits(), {"float32": 0, "dynamic": 1, "int8": 2}, "float32"),
        (Limits(max_bytes=2_000), {"dynamic": 1, "int8": 2}, "dynamic"),
        (Limits(max_bytes=2_000), {"dynamic": 2, "int8": 2}, "int8"),
        (Limits(max_bytes=1_999), {}, "int8"),
        (Limits(max_us=5, microseconds=lambda *_: {"tflite-int8": 9}), {}, None),
        (
            Limits(4_000, 5, lambda *_: {"tflite-int8": 9, "tflite-dynamic": 4}),
            {"float32": 3, "dynamic": 1},
            "dynamic",
        ),
        (Limits(max_bytes=999), {}, None),
    ],
)
def test_which_one_is_taken(
    tmp_path: Path, limits: Limits, changed: dict[str, int], taken: str | None
) -> None:
    checked = verification(tmp_path)
    if limits.max_us is not None and not changed:
        limits = replace(limits, microseconds=lambda some, _: {each.id: 9.0 for each in some})
    asked = search(tmp_path, changed)
    if taken is None:
        with pytest.raises(BudgetBroken, match="no artifact of tflite that passes is within"):
            automatic.choose(checked, asked, limits, False)  # type: ignore[arg-type]
        return
    found, failed = automatic.choose(checked, asked, limits, False)  # type: ignore[arg-type]
    assert [each.artifact.scheme for each in found.results] == [taken]
    assert failed == ()
    assert [path.name for path in (tmp_path / "tflite").iterdir()] == [f"model-{taken}.bin"]


def test_what_broke_its_budget_is_not_taken_however_small(tmp_path: Path) -> None:
    shown = made_results.pictures(2_000)
    bad = made_results.verification(shown, 400, (("tflite", "int8"),))
    with pytest.raises(BudgetBroken) as refused:
        automatic.choose(bad, search(tmp_path, {}), Limits(10_000), False)  # type: ignore[arg-type]
    assert refused.value.message == "no artifact of tflite is within its budget"
    assert refused.value.hint is not None
    assert "--repair" in refused.value.hint


def test_a_bundle_has_it_alone(pictures: Path, tmp_path: Path, command: Command) -> None:
    options = "--target tflite --scheme auto --allow-inconclusive"
    fixed = ("ready:nano", "--dataset", pictures, *options.split())
    done = command("export", *fixed, "--max-bytes", "20000", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done
    (artifact,) = bundle.read_manifest(tmp_path / "bundle").artifacts
    assert artifact.size_bytes <= 20_000
    files = [path.name for path in (tmp_path / "bundle" / "tflite").iterdir()]
    assert files == [f"model-{artifact.scheme}.tflite"]
    failed = command("export", *fixed, "--max-bytes", "8000", cwd=tmp_path)
    assert failed.code == ExitCode.BUDGET_BROKEN
    assert "no artifact of tflite that passes is within 8,000 bytes: tflite-" in failed.error[0]
    assert bundle.read_manifest(tmp_path / "bundle").artifacts == (artifact,)
