"""Which inputs are one picture, whatever its size, and how its pixels lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from converters.errors import ConversionError
from converters.source import picture_input
from converters.source.picture_input import Arrangement

Shape = tuple[int | None, ...] | None
MODEL = Path("model")


@pytest.mark.parametrize(
    ("shape", "arrangement"),
    [
        ((20, 20), Arrangement(20, 20, 1)),
        ((28, 24, 1), Arrangement(28, 24, 1)),
        ((96, 64, 3), Arrangement(96, 64, 3)),
        ((3, 96, 64), Arrangement(96, 64, 3, channels_first=True)),
        ((1, 28, 28), Arrangement(28, 28, 1, channels_first=True)),
        ((784,), None),
    ],
)
def test_pictures_of_any_size_are_taken(
    shape: tuple[int, ...], arrangement: Arrangement | None
) -> None:
    import tensorflow as tf

    assert picture_input.arrangement(shape) == arrangement
    for batch in (None, 1):
        for kind in ("float32", "float16", "uint8"):
            spec = tf.TensorSpec((batch, *shape), kind)
            assert picture_input.choose(MODEL, {"x": spec}, None) == ("x", spec)


@pytest.mark.parametrize(
    ("shape", "kind", "says", "hint"),
    [
        ((None, None, None, 3), "float32", "its size open", "[None, 224, 224, 3]"),
        ((None, None), "float32", "its size open", "[None, 224, 224"),
        ((None, 32, 32, 4), "float32", "neither its first side nor its last", "W, 3"),
        ((None, 8, 32, 32, 3), "float32", "not that of one picture", "H, W, C"),
        (None, "float32", "not that of one picture", "H, W, C"),
        ((32, 28, 28, 1), "float32", "a fixed batch of 32", "[None, 28, 28, 1]"),
        ((None, 28, 28, 1), "int32", "is int32, not float32, float16 or uint8", "float32"),
        ((None, 28), "string", "is string, not float32", "float32"),
    ],
)
def test_what_is_no_picture_is_refused(shape: Shape, kind: str, says: str, hint: str) -> None:
    import tensorflow as tf

    with pytest.raises(ConversionError, match=says) as caught:
        picture_input.choose(MODEL, {"x": tf.TensorSpec(shape, kind)}, None)
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize("names", [(), ("left", "right")])
def test_any_other_number_of_inputs_is_refused(names: tuple[str, ...]) -> None:
    import tensorflow as tf

    specs = {name: tf.TensorSpec((None, 28, 28), "float32") for name in names}
    with pytest.raises(ConversionError, match=f"takes {len(names)} inputs"):
        picture_input.choose(MODEL, specs, None)
