"""The bill of materials of a bundle as CycloneDX 1.6, for tools: an ML-BOM.

It names the float model, its files, its data and what made them, with digests and licences. The
licences of libraries are what their installed packages say; of a model and of pictures nobody says
any, and none stands there.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata
from typing import TYPE_CHECKING, Any

from edgedigits.bundle import bundle, contract
from edgedigits.bundle.artifact import FileRecord
from edgedigits.bundle.bundle import Manifest
from edgedigits.foreign_text import one_line

if TYPE_CHECKING:
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import License

MODEL, DATASET = "model", "dataset"
"""What other parts of the bill call these two by."""
LICENCE = "Apache-2.0"
"""Of edgedigits, and so of the ready-made models that it comes with."""
LONGEST_NAME = 60
"""A package's field for its licence may hold the whole text of one, which is no name."""


def text(manifest: Manifest, card: FileRecord) -> str:
    """The bill as JSON, with the model card by its digest.

    The same manifest makes the same bytes: there is no time in it, and its serial number is a
    digest of all the rest (RFC 9562, version 5).
    """
    document = _document(manifest, card)
    document["components"] += [{"type": "data", "bom-ref": DATASET, **_data(manifest)}]
    document["metadata"]["component"]["modelCard"] = _model_card(manifest)
    rest = json.dumps(document, sort_keys=True)
    document["serialNumber"] = uuid.uuid5(uuid.NAMESPACE_OID, rest).urn
    return json.dumps(document, indent=2) + "\n"


def _document(manifest: Manifest, card: FileRecord) -> dict[str, Any]:
    """What the library writes, which knows no model cards yet, and always says the time."""
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.tool import ToolRepository
    from cyclonedx.output.json import JsonV1Dot6

    model, files = _model(manifest, card), [_file(each) for each in _files(manifest)]
    bom = Bom(
        metadata=BomMetaData(component=model, tools=ToolRepository(components=_tools(manifest))),
        components=files,
    )
    bom.register_dependency(model, files)
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"], document["serialNumber"]
    return document


def _model(manifest: Manifest, card: FileRecord) -> Component:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
    from cyclonedx.model.component import Component, ComponentType

    source = manifest.facts["source"]
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=MODEL,
        name=one_line(source["model"] or source["name"]),
        hashes=[_sha256(source["graph_sha256"])],
        licenses=_licences(LICENCE if source["kind"] == "ready" else None),
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.MODEL_CARD,
                url=XsUri(card.path),
                hashes=[_sha256(card.sha256)],
            )
        ],
    )


def _files(manifest: Manifest) -> Iterable[FileRecord]:
    """Every file of the bundle but those that are about it."""
    return (file for file in manifest.files() if file.path not in (bundle.CARD, bundle.BOM))


def _file(file: FileRecord) -> Component:
    from cyclonedx.model.component import Component, ComponentType

    return Component(
        type=ComponentType.FILE,
        bom_ref=f"file:{file.path}",
        name=file.path,
        hashes=[_sha256(file.sha256)],
    )


def _tools(manifest: Manifest) -> Iterable[Component]:
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    tool = manifest.facts["tool"]
    for name, version in {tool["name"]: tool["version"], **tool["libraries"]}.items():
        yield Component(
            type=ComponentType.LIBRARY,
            bom_ref=f"tool:{name}",
            name=name,
            version=version,
            purl=PackageURL("pypi", name=name, version=version),
            licenses=_licences(licence_of(name)),
        )


def licence_of(package: str) -> str | None:
    """What an installed package says of its licence, in a few words; None where it says nothing."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return None
    names = [
        each.removeprefix("License :: ").rpartition(" :: ")[2]
        for field in ("License-Expression", "Classifier", "License")
        for each in said.get_all(field) or []
        if field != "Classifier" or each.startswith("License :: ")
    ]
    short = (each for each in names if 0 < len(each) <= LONGEST_NAME and "\n" not in each)
    return next(short, None)


def _licences(name: str | None) -> Iterable[License]:
    from cyclonedx.contrib.license.factories import LicenseFactory

    return () if name is None else (LicenseFactory().make_from_string(name),)


def _sha256(digest: str) -> Any:
    from cyclonedx.model import HashAlgorithm, HashType

    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _data(manifest: Manifest) -> dict[str, Any]:
    dataset = manifest.dataset
    facts = {
        "sha256 of images and labels": dataset["fingerprint"],
        "trained on": "yes" if dataset["trained_on"] else "not stated",
        "samples": dataset["samples"],
        "seed": dataset["seed"],
    }
    listed = [
        {"name": f"edgedigits:{name}", "value": str(value)}
        for name, value in facts.items()
        if value is not None
    ]
    name = one_line(dataset["name"])
    contents = {"type": "dataset", "name": name, "contents": {"properties": listed}}
    return {"name": name, "data": [contents]}


def _model_card(manifest: Manifest) -> dict[str, Any]:
    architecture, first = manifest.facts["source"]["model"], manifest.artifacts[0]
    parameters = {
        "task": "classification",
        **({"modelArchitecture": one_line(architecture)} if architecture else {}),
        "datasets": [{"ref": DATASET}],
        "inputs": [{"format": f"{manifest.form} picture; {contract.input_words(first.pixels)}"}],
        "outputs": [{"format": f"one number for each of {len(manifest.labels):,} classes"}],
    }
    metrics = [
        metric
        for artifact, record in manifest.verification.items()
        for metric in _metrics(artifact, record)
    ]
    measured = {"quantitativeAnalysis": {"performanceMetrics": metrics}} if metrics else {}
    return {"modelParameters": parameters, **measured}


def _metrics(artifact: str, record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    pictures = f"{record['pictures']:,} pictures of {one_line(record['dataset'])}"
    where = f"{artifact} on {record['runtime']}, {pictures}"
    share = record["accuracy"]
    yield {
        "type": "accuracy, percent",
        "value": f"{share['percent']:.2f}",
        "slice": where,
        "confidenceInterval": {
            "lowerBound": f"{share['low']:.2f}",
            "upperBound": f"{share['high']:.2f}",
        },
    }
    yield {
        "type": "agreement with the float model, percent",
        "value": f"{record['agreement_percent']:.2f}",
        "slice": where,
    }
