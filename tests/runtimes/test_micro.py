"""TFLite artifacts in the interpreter of microcontrollers: what it answers, and what it refuses."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import odd_models
import pytest
import tampering
from command_line import Command, Finished
from compiled_c import needs_compiler
from numpy.typing import NDArray

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.bundle import Bundle
from edgedigits.errors import DataBad, ExitCode
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.micro import micro_process
from edgedigits.runtimes.micro.micro_process import MicroProcess

NEEDED = "needs tflite-micro, which has wheels for Linux on x86-64 alone"
needs_the_wheel = pytest.mark.skipif(not micro_process.is_here(), reason=NEEDED)
SCHEMES = ("int8", "int16x8")
GENEROUS = "--limit 300 --max-drop 30 --min-agreement 95 --max-difference 0.9 --json found.json"


@pytest.fixture
def copied(nano_bundle: Path, tmp_path: Path) -> Path:
    """A copy of `nano_bundle` without its float32 file, to break on purpose."""
    place = tmp_path / "bundle"
    shutil.copytree(nano_bundle, place)
    content = tampering.manifest(place)
    content["artifacts"] = [tampering.entry(content, f"tflite-{scheme}") for scheme in SCHEMES]
    tampering.seal(place, content)
    return place


def answers(folder: Path, scheme: str, runtime: str, target: str = "tflite") -> NDArray[np.float32]:
    found = Bundle(folder, bundle.read_manifest(folder)).artifact(f"{target}-{scheme}")
    with contextlib.closing(runtimes.open_runtime(runtime, found, folder)) as opened:
        return opened.probabilities(golden.read(folder).images)


def verify(command: Command, folder: Path, pictures: Path) -> Finished:
    asked = ("--dataset", pictures, "--runtime", "tflite-micro", *GENEROUS.split())
    return command("verify", ".", *asked, cwd=folder)


def statuses(folder: Path) -> list[str]:
    found = json.loads((folder / "found.json").read_text())["results"]
    return [each["verdict"]["status"] for each in found]


def broken(command: Command, folder: Path, pictures: Path, change: tampering.Patch) -> Finished:
    """What verification says where the int8 file is broken, and its digests fit."""
    tampering.patch(folder / "tflite" / "model-int8.tflite", change)
    tampering.seal(folder, tampering.manifest(folder))
    return verify(command, folder, pictures)


@needs_the_wheel
def test_a_ready_made_model_passes(copied: Path, pictures: Path, command: Command) -> None:
    # Without this, the tests of broken files would prove nothing.
    done = verify(command, copied, pictures)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert done.out.count("tflite-micro") == 2
    assert statuses(copied) == ["pass", "pass"]


@needs_the_wheel
@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_answers_nearly_as_litert_does(nano_bundle: Path, scheme: str) -> None:
    ours, theirs = (
        answers(nano_bundle, scheme, name) for name in ("tflite-micro", "litert-reference")
    )
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours.argmax(axis=1), theirs.argmax(axis=1))
    assert np.abs(ours - theirs).max() < 0.02


@needs_the_wheel
@needs_compiler
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_model_in_c_answers_with_the_same_bytes(
    nano_bundle: Path, c_bundle: Path, scheme: str
) -> None:
    ours = answers(nano_bundle, scheme, "tflite-micro")
    assert ours.tobytes() == answers(c_bundle, scheme, "c-host", "c").tobytes()


@needs_the_wheel
def test_pictures_are_answered_one_by_one(nano_bundle: Path) -> None:
    images = golden.read(nano_bundle).images
    found = Bundle(nano_bundle, bundle.read_manifest(nano_bundle)).artifact("tflite-int8")
    with contextlib.closing(runtimes.open_runtime("tflite-micro", found, nano_bundle)) as opened:
        together = opened.probabilities(images)
        np.testing.assert_array_equal(opened.probabilities(images[::-1]), together[::-1])
        assert opened.probabilities(images[:0]).shape == (0, 10)
        assert opened.contract_violations() == []


@needs_the_wheel
@pytest.mark.parametrize("scheme", SCHEMES)
def test_layers_are_litert_s_to_the_byte_but_for_the_rounding_of_dense_ones(
    nano_bundle: Path, scheme: str
) -> None:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    from tflite_micro.python.tflite_micro import runtime

    content = (nano_bundle / "tflite" / f"model-{scheme}.tflite").read_bytes()
    theirs = Interpreter(
        model_content=content,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    theirs.allocate_tensors()
    ours = runtime.Interpreter.from_bytes(
        content,
        arena_size=1 << 20,
        intrepreter_config=runtime.InterpreterConfig.kPreserveAllTensors,
    )
    (taken,) = theirs.get_input_details()
    made = written(content)
    for picture in golden.read(nano_bundle).images:
        stored = picture.reshape(taken["shape"]).astype(taken["dtype"])
        theirs.set_tensor(taken["index"], stored)
        theirs.invoke()
        ours.set_input(stored, 0)
        ours.invoke()
        apart = {
            name: np.abs(
                theirs.get_tensor(index).astype(float).ravel()
                - ours.GetTensor(index, 0)["tensor_data"].astype(float).ravel()
            ).max()
            for name, index in made
        }
        assert apart["CONV_2D"] == apart["MEAN"] == 0
        assert apart["FULLY_CONNECTED"] <= 1


def written(content: bytes) -> list[tuple[str, int]]:
    """Each operation of a file, and the tensor that it writes."""
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    return [
        (names[model.operatorCodes[each.opcodeIndex].builtinCode], int(each.outputs[0]))
        for each in graph.operators
    ]


def another_scale_of_logits(model: Any) -> None:
    """What no manifest tells of."""
    from ai_edge_litert import schema_py_generated as schema

    (graph,) = model.subgraphs
    (softmax,) = [
        each
        for each in graph.operators
        if each.builtinOptionsType == schema.BuiltinOptions.SoftmaxOptions
    ]
    said = graph.tensors[softmax.inputs[0]].quantization
    said.scale = np.float32(0.02) * said.scale


def another_zero_point_of_answers(model: Any) -> None:
    (graph,) = model.subgraphs
    graph.tensors[graph.outputs[0]].quantization.zeroPoint = np.array([60])


@needs_the_wheel
@pytest.mark.parametrize(
    "change",
    [
        tampering.zero_weights,
        tampering.repacked(another_scale_of_logits),
        tampering.repacked(another_zero_point_of_answers),
    ],
    ids=["weights", "scale", "zero point"],
)
def test_a_changed_file_fails_and_the_other_does_not(
    copied: Path, pictures: Path, command: Command, change: tampering.Patch
) -> None:
    done = broken(command, copied, pictures, change)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert statuses(copied) == ["fail", "pass"]
    assert "does not run" not in done.out


@needs_the_wheel
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: odd_models.crashing(bytes(content)), "crashes on"),
        (lambda content: content[:3000], "refuses"),
    ],
    ids=["deadly", "cut short"],
)
def test_a_file_that_crashes_it_ends_alone(
    copied: Path, pictures: Path, command: Command, change: tampering.Patch, says: str
) -> None:
    done = broken(command, copied, pictures, change)
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert statuses(copied) == ["fail", "pass"]
    said = " ".join(done.out.split())
    assert "it does not run: tflite-micro" in said
    assert f" {says} tflite/model-int8.tflite" in said


@needs_the_wheel
def test_an_operation_that_it_lacks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.tflite"
    path.write_bytes(odd_models.hungry())
    with pytest.raises(DataBad, match=r"tflite-micro refuses .*odd\.tflite: Didn't find op .*TILE"):
        MicroProcess(path)


def test_a_file_that_computes_with_floats_is_refused(nano_bundle: Path) -> None:
    with pytest.raises(
        DataBad, match=r"judges int8 and int16x8 files, and .* is float32"
    ) as raised:
        answers(nano_bundle, "float32", "tflite-micro")
    assert raised.value.hint == "it runs elsewhere: --runtime litert"


def test_without_the_wheel_it_says_how_to_get_it(
    copied: Path, pictures: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "tflite_micro" else find_spec(name, *rest),
    )
    done = verify(command, copied, pictures)
    assert done.code == ExitCode.MACHINE_LACKS
    assert len(done.error) == 2
    assert "is not installed here" in done.error[0]
    assert "pip install 'edgedigits[micro]'" in done.error[1]
