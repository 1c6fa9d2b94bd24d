"""A bundle's model card and bill of materials say what the manifest says, to people and tools."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from damages.bundles import threshold, verified
from markdown_it import MarkdownIt
from markdown_it.token import Token

from edgedigits.bundle import bundle
from edgedigits.bundle.bundle import Manifest
from edgedigits.errors import DataBad, WrongUse
from edgedigits.export import bill_of_materials, documents, model_card, release

SECTIONS = [
    "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
    "Quantitative analyses", "Ethical considerations", "Caveats and recommendations",
]  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>", "[here](https://example.com)", "a|b", "`", "`` ` ``", "# top",
    "<!-- ", "https://example.com", "![x](y)", "**8**", "\x1b[31m", "\u202e9", "&lt;", "\\", " 7 ",
)  # fmt: skip


@pytest.fixture(scope="module")
def manifest(nano_bundle: Path) -> Manifest:
    return bundle.read(nano_bundle).manifest


@pytest.fixture
def judged(nano_bundle: Path) -> Manifest:
    """The same with figures of a verification, and a threshold for what is no digit."""
    content = json.loads((nano_bundle / "manifest.json").read_text())
    for change in (verified("pass"), threshold(accepted={"noise": {"pictures": 9, "percent": 0}})):
        change(content, nano_bundle)
    content["verified"] = False
    return Manifest.from_json(content)


def bill(manifest: Manifest) -> dict[str, Any]:
    """Its bill of materials, which is a good one."""
    text = bill_of_materials.text(manifest, manifest.documents[0])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    content: dict[str, Any] = json.loads(text)
    return content


def tokens(card: str) -> list[Token]:
    """What GitHub would make of a card, HTML and links included."""
    parsed = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(card)
    return [each for token in parsed for each in (token, *(token.children or ()))]


def test_a_card_has_the_sections_that_cards_have(nano_bundle: Path) -> None:
    card = (nano_bundle / "README.md").read_text()
    assert re.findall(r"^## (.+)$", card, re.MULTILINE) == SECTIONS
    assert "Training data: not stated" in card
    assert "Not verified" in card
    assert "Out of scope: pictures of anything else" in card


def test_figures_are_those_of_the_manifest(judged: Manifest) -> None:
    card = model_card.text(judged)
    row = "| tflite-int8 | `litert` | 99.00 (98.00 to 99.50) | 99.00 (98.00 to 99.50) | "
    assert f"{row}0.00 (≤ 0.10) | 100.00 | 0 | pass |" in card
    assert "100 pictures of `pictures.npz`" in card
    assert "Of 1,000 test digits 0.3 % are told to be none, and\n0.7 % are unsure." in card
    assert "Not a digit: below 0.5, unsure: below 0.75" in card
    assert "- `noise`: 0 % of 9" in card
    (accuracy, agreement) = bill(judged)["metadata"]["component"]["modelCard"][
        "quantitativeAnalysis"
    ]["performanceMetrics"]
    assert accuracy["value"] == "99.00"
    assert accuracy["confidenceInterval"] == {"lowerBound": "98.00", "upperBound": "99.50"}
    assert agreement["slice"] == "tflite-int8 on litert, 100 pictures of pictures.npz"


def test_a_bill_names_the_files_the_data_the_tools_and_licences(nano_bundle: Path) -> None:
    manifest = bundle.read(nano_bundle).manifest
    content = bill(manifest)
    assert content == json.loads((nano_bundle / "bom.cdx.json").read_text())
    files = {
        each["name"]: each["hashes"][0]["content"]
        for each in content["components"]
        if each["type"] == "file"
    }
    about = (bundle.CARD, bundle.BOM)
    assert files == {f.path: f.sha256 for f in manifest.files() if f.path not in about}
    (data,) = [each for each in content["components"] if each["type"] == "data"]
    assert manifest.dataset["fingerprint"] in json.dumps(data)
    model = content["metadata"]["component"]
    assert model["hashes"][0]["content"] == manifest.reference.file.sha256
    assert model["externalReferences"][0]["hashes"][0]["content"] == manifest.documents[0].sha256
    # It is a ready-made one; of somebody's own model no licence is known.
    assert model["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    tools = {each["name"]: each for each in content["metadata"]["tools"]["components"]}
    assert set(tools) == {"edgedigits", *manifest.facts["tool"]["libraries"]}
    assert tools["litert-quantizer"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    own = replace(manifest, facts=manifest.facts | {"source": manifest.facts["source"] | OWN})
    assert "licenses" not in bill(own)["metadata"]["component"]
    assert "its licence: not stated" in model_card.text(own)


OWN = {"kind": "saved_model", "model": None}


def test_no_time_and_no_chance_is_in_them(manifest: Manifest, tmp_path: Path) -> None:
    for name, created in (("a", "2026-01-01T00:00:00+00:00"), ("b", "2027-02-02T00:00:00+00:00")):
        (tmp_path / name).mkdir()
        written = documents.write(replace(manifest, created=created), tmp_path / name)
        assert written == manifest.documents
    first = json.loads((tmp_path / "a" / "bom.cdx.json").read_text())
    assert re.fullmatch(r"urn:uuid:.{8}-.{4}-5.{3}-[89ab].{3}-.{12}", first["serialNumber"])
    other = replace(manifest, dataset=manifest.dataset | {"seed": 5})
    assert bill(other)["serialNumber"] != first["serialNumber"]


def test_names_of_others_stay_text(judged: Manifest) -> None:
    odd = "|".join(HOSTILE)
    source = judged.facts["source"] | {"name": odd, "model": odd}
    hostile = replace(
        judged,
        labels=HOSTILE,
        dataset=judged.dataset | {"name": odd},
        facts=judged.facts | {"source": source},
        verification={"tflite-int8": judged.verification["tflite-int8"] | {"runtime": odd}},
    )
    found = tokens(model_card.text(hostile))
    assert not {each.type for each in found} & {"html_block", "html_inline", "link_open", "image"}
    assert not [each for each in found if each.type == "strong_open"]
    codes = [each.content for each in found if each.type == "code_inline"]
    seen = [each.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e") for each in HOSTILE]
    assert [code for code in codes if code in seen] == seen
    headings = [each for each in found if each.type == "heading_open"]
    assert len(headings) == 1 + len(SECTIONS)
    rows = [each for each in found if each.type == "tr_open"]
    assert len(rows) == len(judged.artifacts) + 3
    bill(hostile)


def test_many_classes_are_not_all_told(manifest: Manifest) -> None:
    card = model_card.text(replace(manifest, labels=tuple(map(str, range(1000)))))
    assert "1,000 classes: `0`" in card
    assert "`49` and 950 more in the manifest" in card


@pytest.mark.parametrize("name", ["README.md", "bom.cdx.json"])
def test_a_document_that_was_changed_is_noticed_and_not_lost(
    name: str, nano_bundle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(nano_bundle, folder)
    release.check_folder(folder)
    with (folder / name).open("a") as file:
        file.write("mine\n")
    with pytest.raises(DataBad, match=f"{name} was changed"):
        bundle.read(folder)
    with pytest.raises(WrongUse, match=f"{name}, which is no part of its bundle"):
        release.check_folder(folder)


def test_a_bundle_of_before_there_were_any_is_read(nano_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(nano_bundle, folder)
    content = json.loads((folder / "manifest.json").read_text())
    del content["documents"]
    (folder / "manifest.json").write_text(json.dumps(content))
    assert bundle.read(folder).manifest.documents == ()
    content["documents"] = content["golden"]
    (folder / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(DataBad, match=r"twice"):
        bundle.read(folder)
