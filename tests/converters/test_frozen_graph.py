"""The canonical graph says what a model computes, and nothing of how it was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import convolutional, pictures, read, save, signature

from converters import frozen_graph
from converters.saved_model import SourceModel


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SourceModel:
    return read(save(tmp_path_factory.mktemp("saved") / "model", signature(convolutional)))


def disguised(graph: Any, seed: int) -> tuple[Any, str, str]:
    """The same computation in other node order, under other names, with things that do nothing."""
    from tensorflow.core.framework import graph_pb2, node_def_pb2

    generator = np.random.default_rng(seed)
    names = {node.name: f"node_{generator.integers(1 << 40)}" for node in graph.node}
    nodes = []
    for node in graph.node:
        renamed = node_def_pb2.NodeDef()
        renamed.CopyFrom(node)
        renamed.name = names[node.name]
        del renamed.input[:]
        for name in node.input:
            passing = node_def_pb2.NodeDef(
                name=f"pass_{generator.integers(1 << 40)}", op="Identity"
            )
            passing.input.append(names[name])
            passing.attr["T"].type = 1
            nodes.append(passing)
            renamed.input.append(passing.name)
        renamed.input.append(f"^{names[graph.node[0].name]}")
        renamed.attr["_output_shapes"].i = seed
        nodes.append(renamed)
    nodes.append(node_def_pb2.NodeDef(name="unused", op="NoOp"))
    result = graph_pb2.GraphDef()
    result.versions.CopyFrom(graph.versions)
    for index in generator.permutation(len(nodes)):
        result.node.add().CopyFrom(nodes[index])
    return result, names["picture"], names["answer"]


@pytest.mark.parametrize("seed", range(5))
def test_order_names_and_idle_nodes_make_no_difference(source: SourceModel, seed: int) -> None:
    graph, first, last = disguised(source.graph, seed)
    found = frozen_graph.canonical(graph, first, last, "picture", "answer")
    assert found.SerializeToString(deterministic=True) == source.graph_bytes()


def test_saving_the_same_model_again_gives_the_same_digest(
    source: SourceModel, tmp_path: Path
) -> None:
    again = read(save(tmp_path / "again", signature(convolutional)))
    assert again.digest() == source.digest()
    assert again.graph_bytes() == source.graph_bytes()


def test_nodes_are_named_after_what_they_do(source: SourceModel) -> None:
    assert [node.name for node in source.graph.node if node.op != "Const"] == [
        "picture", "conv2d", "relu", "maxpool", "reshape", "matmul", "addv2", "softmax", "answer",
    ]  # fmt: skip


def test_nothing_is_left_to_look_up_or_to_pass_on(source: SourceModel) -> None:
    operations = [node.op for node in source.graph.node]
    assert not {"ReadVariableOp", "VarHandleOp", "PartitionedCall", "NoOp"} & set(operations)
    assert operations.count("Identity") == 1
    assert not any(name.startswith("^") for node in source.graph.node for name in node.input)


def test_a_written_graph_answers_as_before(source: SourceModel) -> None:
    graph = frozen_graph.parse(source.graph_bytes())
    function = frozen_graph.load(graph, source.input_name, source.output_name)
    inputs = pictures(7)
    # On a busy machine TensorFlow now and then sums in another order: the last bit is its own.
    np.testing.assert_allclose(
        frozen_graph.run(function, inputs),
        frozen_graph.run(source.function, inputs),
        rtol=0,
        atol=1e-6,
    )


def test_each_picture_is_answered_for_itself(source: SourceModel) -> None:
    inputs = pictures(6)
    together = frozen_graph.run(source.function, inputs)
    alone = np.concatenate([frozen_graph.run(source.function, row[None]) for row in inputs])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-6)


def test_no_pictures_give_no_answers(source: SourceModel) -> None:
    assert len(frozen_graph.run(source.function, pictures(2)[:0])) == 0


def test_bytes_that_are_no_graph_are_refused() -> None:
    with pytest.raises(ValueError, match="not a serialised GraphDef"):
        frozen_graph.parse(b"\xff" * 40)
