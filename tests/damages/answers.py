"""Damages to what a model answers, or to the figures that vouch for its answers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import colours
import numpy as np
from tampering import Patch, entry, patch

from converters.tflite import packing
from damages.damage import Break, Damage, path_of, tflite
from edgedigits.bundle import bundle
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import ExitCode
from edgedigits.picture.form import DIGIT, Form
from edgedigits.runtimes.tensorflow.float_model import FloatModel
from edgedigits.verification import unseen
from edgedigits.verification.parity import wilson

ASKED = 300
"""Pictures that the damaged bundles are verified on."""


def rebuilt(change: Callable[[Any, Any], None]) -> Patch:
    """Changes a TFLite model (as objects of the schema) and its last operation, and keeps the
    archive behind it."""

    def changed(content: bytearray) -> bytes:
        from ai_edge_litert import schema_py_generated as schema

        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [(info, archive.read(info)) for info in archive.infolist()]
        model = schema.ModelT.InitFromPackedBuf(bytes(content), 0)
        (softmax,) = [
            each
            for each in model.subgraphs[0].operators
            if model.operatorCodes[each.opcodeIndex].builtinCode == schema.BuiltinOperator.SOFTMAX
        ]
        change(model.subgraphs[0], softmax)
        held = io.BytesIO(packing.pack(model, share=False))
        held.seek(0, io.SEEK_END)
        with zipfile.ZipFile(held, "a") as archive:
            for info, text in files:
                archive.writestr(info, text)
        return held.getvalue()

    return changed


def no_softmax(graph: Any, softmax: Any) -> None:
    """What came into the softmax is given out instead, as the numbers that it is."""
    (logits,), (out,) = softmax.inputs, softmax.outputs
    graph.operators.remove(softmax)
    graph.tensors[out].quantization = graph.tensors[logits].quantization
    for each in graph.operators:
        if list(each.outputs) == [logits]:
            each.outputs = [out]


def beta(factor: float) -> Patch:
    """Logits are multiplied by a factor before the softmax."""

    def change(_: Any, softmax: Any) -> None:
        softmax.builtinOptions.beta = factor

    return rebuilt(change)


def fitting_scale(content: dict[str, Any], folder: Path) -> None:
    """Logits of int8, with an output scale that holds them all, and a manifest that says so."""
    said: dict[str, Any] = {}

    def change(graph: Any, softmax: Any) -> None:
        logits = graph.tensors[softmax.inputs[0]].quantization
        no_softmax(graph, softmax)
        last = graph.tensors[graph.outputs[0]].quantization
        # The output is uint8: the same numbers, 128 further up.
        last.scale, last.zeroPoint = list(logits.scale), [int(logits.zeroPoint[0]) + 128]
        said.update(scale=float(last.scale[0]), zero_point=int(last.zeroPoint[0]))

    patch(path_of(content, folder, "tflite-int8"), rebuilt(change))
    entry(content, "tflite-int8")["output"].update(said)


def topology(scheme: str, change: Callable[[dict[str, Any]], None]) -> Break:
    """Changes model.json of a TensorFlow.js model."""

    def changed(content: dict[str, Any], folder: Path) -> None:
        path = path_of(content, folder, f"tfjs-{scheme}")
        model = json.loads(path.read_text())
        change(model)
        path.write_text(json.dumps(model))

    return changed


def softmax_as_identity(model: dict[str, Any]) -> None:
    (softmax,) = [each for each in model["modelTopology"]["node"] if each["op"] == "Softmax"]
    softmax["op"] = "Identity"


def answers(model: dict[str, Any]) -> int:
    """How many numbers a `model.json` answers with."""
    (output,) = model["signature"]["outputs"].values()
    return int(output["tensorShape"]["dim"][-1]["size"])


def last_weights(factor: float) -> Callable[[dict[str, Any]], None]:
    """Multiplies the weights that make the logits, by what the file says that 8 bits stand for."""

    def change(model: dict[str, Any]) -> None:
        (found,) = [
            each
            for each in model["weightsManifest"][0]["weights"]
            if len(each["shape"]) == 2 and each["shape"][1] == answers(model)
        ]
        for name in ("scale", "min"):
            found["quantization"][name] *= factor

    return change


def pictures_for(form: Form, path: Path) -> None:
    """Write the 600 pictures that damaged bundles are verified on."""
    if form == DIGIT:
        images, labels = strokes.USUAL.draw(600, seed=77)
        np.savez(path, images=images, labels=labels)
    else:
        images, labels = colours.draw(600, seed=77)
        np.savez(path, images=images, labels=labels, classes=np.array(colours.CLASSES))


def recorded(artifact_id: str, runtime: str, **figures: float) -> Break:
    """A manifest whose record of an artifact is that of the pictures of the test, and the worst
    there can be but for these figures."""

    def change(content: dict[str, Any], folder: Path) -> None:
        opened = bundle.read_manifest(folder)
        again = folder.parent / "again.npz"
        pictures_for(opened.form, again)
        asked = unseen.choose(
            opened.recorded,
            str(again),
            data_dir=None,
            limit=ASKED,
            form=opened.form,
            classes=opened.labels,
        )
        some = opened.artifacts[0]
        model = FloatModel(
            opened.reference,
            folder,
            some.pixels,
            logits=some.logits,
            classes=len(opened.labels),
        )
        answers = model.probabilities(asked.split.images).argmax(axis=1)
        right = 100 * float((answers == asked.split.labels).mean())
        shares = {"float_accuracy": right, "accuracy": 0.0, **figures}
        entry(content, artifact_id)["verification"] = {
            "status": "pass",
            "runtime": runtime,
            "dataset": asked.name,
            "fingerprint": asked.fingerprint,
            "pictures": ASKED,
            **{
                name: asdict(wilson(round(shares[name] / 100 * ASKED), ASKED))
                for name in ("float_accuracy", "accuracy")
            },
            "drop_points": 100.0,
            "drop_upper_points": 100.0,
            "agreement_percent": 0.0,
            "max_difference": 1.0,
            "mean_difference": 1.0,
            **{name: value for name, value in figures.items() if not name.endswith("accuracy")},
        }
        content["verified"] = True
        # What export verifies on is the bundle's own data set.
        content["dataset"].update(fingerprint=asked.fingerprint, trained_on=False)
        content["calibration"] = None

    return change


NO_PROBABILITIES = "answers are no probabilities"

DAMAGES: list[Damage] = [
    *(
        Damage(
            f"softmax removed, {scheme}",
            f"tflite-{scheme}",
            tflite(rebuilt(no_softmax), scheme),
            NO_PROBABILITIES,
        )
        for scheme in ("float32", "float16", "dynamic", "int16x8")
    ),
    Damage("softmax removed, int8", "tflite-int8", fitting_scale, NO_PROBABILITIES),
    *(
        Damage(
            f"softmax removed, tfjs {scheme}",
            f"tfjs-{scheme}",
            topology(scheme, softmax_as_identity),
            NO_PROBABILITIES,
        )
        for scheme in ("uint8", "uint16")
    ),
    *(
        Damage(
            f"logits times {factor:g}, {scheme}",
            f"tflite-{scheme}",
            tflite(beta(factor), scheme),
            "the artifact is surer" if factor > 1 else "the artifact is less sure",
        )
        for scheme in ("dynamic", "int8", "float16")
        for factor in (1 / 8, 1 / 4, 1 / 2, 2.0, 4.0)
    ),
    *(
        Damage(
            f"logits times {factor:g}, tfjs",
            "tfjs-uint8",
            topology("uint8", last_weights(factor)),
            "the artifact is surer" if factor > 1 else "the artifact is less sure",
        )
        for factor in (1 / 8, 1 / 4, 4.0)
    ),
    *(
        Damage(
            f"{name} recorded is better, {artifact_id}",
            artifact_id,
            recorded(artifact_id, runtime, **figures),
            f"the manifest records {says}",
        )
        for artifact_id, runtime in (("tflite-int8", "litert"), ("tfjs-uint8", "tfjs-node"))
        for name, figures, says in (
            ("accuracy", {"accuracy": 100.0}, "accuracy 100.00 on 300 pictures"),
            ("drop", {"drop_points": -20.0}, "accuracy drop -20.00 on 300 pictures"),
        )
    ),
    Damage(
        "agreement recorded is better",
        "tfjs-uint8",
        lambda content, folder: (
            recorded("tfjs-uint8", "tfjs-node", agreement_percent=100.0)(content, folder),
            topology("uint8", last_weights(0.0))(content, folder),
        ),
        "the manifest records agreement 100.00 on 300 pictures",
    ),
    Damage(
        "another float model than the recorded one",
        None,
        recorded("tflite-int8", "litert", float_accuracy=99.9),
        "of pictures.npz right, tflite-int8 was verified with one of 100.00 % of 300",
        ExitCode.DATA_BAD,
    ),
]
