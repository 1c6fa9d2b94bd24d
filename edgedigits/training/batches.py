"""The input pipeline: batches in the order of the steps, and as `tf.data` for Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import CLASSES, SIDE, Split
from edgedigits.training.augmentation import augmented
from edgedigits.training.plan import Plan
from edgedigits.training.teachers import Teaching
from edgedigits.training.training_set import NO_DIGIT, Batch, TrainingSet

EVALUATION_BATCH = 500
PREFETCHED = 4
_SHIFT, _AUGMENT = 3, 4


def from_step(training: TrainingSet, asked: Plan, first: int) -> Iterator[Batch]:
    """Batches of step `first` (from 0) and all that follow, one epoch after the other, endlessly.

    What a batch holds depends on the plan and its step alone, not on where one began.
    """
    recipe = asked.recipe
    epoch, skipped = divmod(first, training.batches(recipe.batch_size))
    step = first
    while True:
        for images, labels in islice(training.epoch(epoch, recipe.batch_size), skipped, None):
            if recipe.shift:
                rng = np.random.default_rng([asked.seed, _SHIFT, step])
                images = shifted(images, recipe.shift, rng)
            if recipe.augmentation != "none":
                rng = np.random.default_rng([asked.seed, _AUGMENT, step])
                finishing = asked.finishes_in(epoch)
                images = augmented(images, recipe.augmentation, rng, finishing=finishing)
            yield images, labels
            step += 1
        epoch, skipped = epoch + 1, 0


def shifted(images: NDArray[np.uint8], most: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Each picture moved by whole pixels, from `-most` to `most` both ways; zeros come in.

    Takes and returns `uint8 [N, 28, 28]`.
    """
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (SIDE, SIDE), axis=(1, 2))  # type: ignore[call-overload]
    down, right = rng.integers(0, 2 * most + 1, (2, len(images)))
    moved: NDArray[np.uint8] = windows[np.arange(len(images)), down, right]
    return moved


def as_tensors(
    batches: Iterator[Batch],
    count: int,
    classes: int = CLASSES,
    teaching: Teaching | None = None,
) -> Any:
    """The next `count` batches as a `tf.data.Dataset` that can be run through once.

    Elements are pixels `float32 [N, 28, 28, 1]` and targets `float32 [N, classes]`: one-hot labels,
    and equal probabilities for pictures that are no digits; `teaching` puts teachers' answers
    beside these.
    """
    import tensorflow as tf

    # Keras opens another iterator at the end of the data; this one is then empty.
    part = islice(batches, count)
    signature = (
        tf.TensorSpec((None, SIDE, SIDE), tf.uint8),
        tf.TensorSpec((None,), tf.int64),
    )
    elements = (
        tf.data.Dataset.from_generator(lambda: part, output_signature=signature)
        .apply(tf.data.experimental.assert_cardinality(count))
        .map(_as_floats(classes), num_parallel_calls=1)
    )
    if teaching is not None:
        elements = elements.map(teaching, num_parallel_calls=1)
    return _untuned(elements.prefetch(PREFETCHED))


def whole(split: Split) -> Any:
    """All pictures of a split in their order, elements as those of `as_tensors`."""
    import tensorflow as tf

    elements = (
        tf.data.Dataset.from_tensor_slices((split.images, split.labels))
        .batch(EVALUATION_BATCH)
        .map(_as_floats(len(split.classes)), num_parallel_calls=1)
    )
    return _untuned(elements.prefetch(PREFETCHED))


def _untuned(elements: Any) -> Any:
    """A `tf.data.Dataset` that is as parallel as it says, and not tuned while it runs.

    The tuner sleeps twice as long each time, from 10 ms on, and in TensorFlow 2.19 an iterator's
    end waits until it wakes: an epoch of 24 s took 41.
    """
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return elements.with_options(options)


def _as_floats(classes: int) -> Callable[[Any, Any], Any]:
    import tensorflow as tf

    def floats(images: Any, labels: Any) -> Any:
        targets = tf.one_hot(labels, classes)  # all zeros for `NO_DIGIT`
        targets = tf.where(labels[:, tf.newaxis] == NO_DIGIT, 1.0 / classes, targets)
        return tf.cast(images[..., tf.newaxis], tf.float32), targets

    return floats
