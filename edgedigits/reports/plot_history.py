"""Loss and accuracy by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from edgedigits.reports import plots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Epochs = Sequence[dict[str, float]]


def draw(epochs: Epochs, title: str) -> Figure:
    """Two curves each where the run was validated, one where it was not.

    Args:
        epochs: entries of a run's history, each with `epoch` (which may be a fraction), `loss`,
            `accuracy` and perhaps `val_loss` and `val_accuracy`.
        title: what was trained on what.
    """
    with plots.look():
        drawn = plots.figure(9.0, 4.2, title)
        loss, accuracy = drawn.subplots(1, 2)
        _curves(loss, epochs, "loss", 1.0)
        loss.set(title="Loss", xlabel="epoch", ylabel="cross-entropy (nats)")
        loss.set_ylim(bottom=0.0)
        _curves(accuracy, epochs, "accuracy", 100.0)
        accuracy.set(title="Accuracy", xlabel="epoch", ylabel="answered right (%)")
        accuracy.set_ylim(top=_just_above(accuracy))
    return drawn


def _curves(axes: Axes, epochs: Epochs, name: str, factor: float) -> None:
    from matplotlib.ticker import MaxNLocator

    lines: list[dict[str, Any]] = [
        {"key": name, "label": "training", "color": plots.DARK, "marker": "o", "linestyle": "-"},
        {
            "key": f"val_{name}",
            "label": "validation",
            "color": plots.LIGHT,
            "marker": "s",
            "linestyle": "--",
        },
    ]
    for line in lines:
        key = line.pop("key")
        points = [(entry["epoch"], factor * entry[key]) for entry in epochs if key in entry]
        if points:
            axes.plot(*zip(*points, strict=True), markersize=5, linewidth=1.8, **line)
    first, last = epochs[0]["epoch"], epochs[-1]["epoch"]
    margin = min(0.04 * (last - first) or 0.5, 0.5)
    axes.set_xlim(first - margin, last + margin)
    # Short trainings are recorded several times an epoch.
    whole = all(float(entry["epoch"]).is_integer() for entry in epochs)
    axes.xaxis.set_major_locator(MaxNLocator(integer=whole, min_n_ticks=1))
    axes.grid(visible=True, axis="y")
    axes.legend(frameon=False)


def _just_above(axes: Axes) -> float:
    """Room above the highest point, but none for accuracies that cannot be."""
    return min(axes.get_ylim()[1], 100.5)
