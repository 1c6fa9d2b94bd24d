"""Where a filter lies on a picture: strides, and what padding puts around it."""

from __future__ import annotations

from converters.c.graph import GraphOperation
from converters.c.step import Field

SAME = 0


def window(operation: GraphOperation, size: tuple[int, ...]) -> dict[str, Field]:
    """The fields of `struct window` for a filter of `size` rows and columns."""
    taken, given, options = operation.input(0), operation.output, operation.options
    if len(taken.shape) != 4 or taken.shape[0] != 1:
        raise operation.refused(f"of an input {list(taken.shape)}")
    if (getattr(options, "dilationHFactor", 1), getattr(options, "dilationWFactor", 1)) != (1, 1):
        raise operation.refused("with dilation")
    rows, columns = map(int, size)
    _, height, width, channels = taken.shape
    above = left = 0
    if options.padding == SAME:
        above = _before(height, given.shape[1], rows, options.strideH)
        left = _before(width, given.shape[2], columns, options.strideW)
    return {
        "height": height,
        "width": width,
        "channels": channels,
        "rows": rows,
        "columns": columns,
        "row_stride": options.strideH,
        "column_stride": options.strideW,
        "above": above,
        "left": left,
        "output_height": given.shape[1],
        "output_width": given.shape[2],
        "zero": taken.zero_point,
    }


def _before(size: int, count: int, filter_size: int, stride: int) -> int:
    """The padding before the first pixel: half of all of it, the odd one behind the last."""
    return max(0, (count - 1) * stride + filter_size - size) // 2
