"""A SavedModel that is no picture classifier is refused with the reason and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from small_models import Graph, linear, read, save, signature, weights

from converters.errors import ConversionError


def two_inputs() -> Any:
    import tensorflow as tf

    spec = tf.TensorSpec((None, 28, 28, 1), tf.float32)

    @tf.function(input_signature=[spec, spec])  # type: ignore[untyped-decorator, unused-ignore]
    def serve(left: Any, right: Any) -> Any:
        return {"answer": linear(weights(), left + right)}

    return serve.get_concrete_function()


def three_outputs(module: Any, picture: Any) -> Any:
    answer = linear(module, picture)
    return {"a": answer, "b": answer, "c": answer}


def with_a_loss(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    answer = linear(module, picture)
    return {"answer": answer, "loss": tf.reduce_sum(answer)}


def a_number(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    return tf.reduce_sum(linear(module, picture))


def five_classes(module: Any, picture: Any) -> Any:
    return linear(module, picture)[:, :5]


def a_sequence(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    return tf.tile(linear(module, picture)[:, tf.newaxis], (1, 5, 1))


def no_batch(module: Any, picture: Any) -> Any:
    return linear(module, picture)[0]


def blind(module: Any, _picture: Any) -> Any:
    return module.bias[None] * 2.0


def looping(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    answer = linear(module, picture)
    bright = tf.cast(tf.reduce_sum(picture), tf.int32)
    return tf.while_loop(lambda i, _: i < bright, lambda i, v: (i + 100, v / 2), (0, answer))[1]


def branching(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    return tf.cond(
        tf.reduce_sum(picture) > 1e4,
        lambda: linear(module, picture),
        lambda: linear(module, picture * 2.0),
    )


def as_float(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    return linear(module, tf.cast(picture, tf.float32))


def padded(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    return linear(module, tf.pad(picture, ((0, 0), (0, 1), (0, 0))))


@dataclass(frozen=True)
class Refused:
    name: str
    make: Callable[[], Any]
    says: str


def refused(name: str, says: str, graph: Graph, *arguments: Any, **options: Any) -> Refused:
    return Refused(name, lambda: signature(graph, *arguments, **options), says)


REFUSED = [
    refused("a row short", r"shape \(None, 27, 28\), not one", padded, (None, 27, 28)),
    refused("any shape", "shape <unknown>", linear, None),
    refused("any height", "not one picture of 784", linear, (None, None, 28, 1)),
    refused("batch of 32", "has a fixed batch of 32", linear, (32, 784)),
    refused("int32", "is int32, not float32", as_float, (None, 784), dtype="int32"),
    refused("uint8", "is uint8, not float32", as_float, dtype="uint8"),
    refused("three outputs", r"a \(None, 10\), b \(None, 10\), c \(None, 10\)", three_outputs),
    refused("a loss beside", r"answer \(None, 10\), loss \(\)", with_a_loss),
    refused("a number", r"answer \(\), not with one output of 10 classes", a_number),
    refused("five classes", r"\(None, 5\), not with one output of 10", five_classes),
    refused("a sequence", r"\(None, 5, 10\), not with one output of 10", a_sequence),
    refused("no batch", r"\(10,\), not with one output of 10", no_batch),
    refused("blind", "does not depend on its input 'picture'", blind),
    refused("a loop", "has loops or branches", looping),
    refused("a branch", "has loops or branches", branching),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_no_picture_classifier_is_refused_in_two_lines(
    tmp_path: Path, case: Refused
) -> None:
    folder = save(tmp_path / "model", case.make())
    with pytest.raises(ConversionError, match=case.says) as caught:
        read(folder)
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_two_inputs_are_refused(tmp_path: Path) -> None:
    folder = save(tmp_path / "model", two_inputs())
    with pytest.raises(ConversionError, match=r"takes 2 inputs \(left, right\)"):
        read(folder)


def test_a_model_without_signature_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="has no serving signature") as caught:
        read(save(tmp_path / "model", {}))
    assert "model.export" in str(caught.value.hint)


def test_a_missing_folder_and_an_empty_one_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="there is no"):
        read(tmp_path / "nowhere")
    with pytest.raises(ConversionError, match=r"has no saved_model\.pb"):
        read(tmp_path)


def test_a_damaged_saved_model_is_refused(tmp_path: Path) -> None:
    folder = save(tmp_path / "model", signature(linear))
    graph = folder / "saved_model.pb"
    whole = graph.read_bytes()
    for damaged in (b"", b"garbage" * 100, whole[: len(whole) // 2]):
        graph.write_bytes(damaged)
        with pytest.raises(ConversionError, match=r"cannot be loaded|no serving signature"):
            read(folder)


def test_lost_weights_are_noticed(tmp_path: Path) -> None:
    folder = save(tmp_path / "model", signature(linear))
    for path in (folder / "variables").iterdir():
        path.unlink()
    with pytest.raises(ConversionError, match="cannot be loaded"):
        read(folder)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_model_with_randomness_left_in_it_is_refused(tmp_path: Path, seed: int) -> None:
    def graph(module: Any, picture: Any) -> Any:
        import tensorflow as tf

        return linear(module, tf.nn.dropout(picture, 0.5))

    import tensorflow as tf

    # With the same seed, two copies of the graph draw the same numbers: answers alone tell nothing.
    tf.random.set_seed(seed)
    folder = save(tmp_path / "model", signature(graph))
    with pytest.raises(ConversionError, match=r"draws random numbers \(RandomUniform\)"):
        read(folder)


def test_a_model_that_cannot_answer_twice_the_same_is_refused(tmp_path: Path) -> None:
    def graph(module: Any, picture: Any) -> Any:
        import tensorflow as tf

        return linear(module, picture) + tf.cast(tf.timestamp(), tf.float32)

    folder = save(tmp_path / "model", signature(graph))
    with pytest.raises(ConversionError, match="cannot answer a picture"):
        read(folder)
