// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// Any photo at the height and width that a model takes, in colour or grey. Whole numbers; the same bytes as edgedigits
// gives in Python, JavaScript and C (docs/picture.md there has the steps).
package edgedigits

private class Rectangle(val left: Int, val top: Int, val width: Int, val height: Int)

/**
 * Frames ARGB pixels, which are laid on white.
 *
 * `fit` is "stretch", "crop" or "pad"; `channels` is 3 for red, green and blue or 1 for their luma; `fill` is the colour
 * of pad's bars. Returns `height` rows of `width` pixels.
 */
internal fun frame(
    argb: IntArray, across: Int, down: Int, fit: String, height: Int, width: Int, channels: Int,
    fill: List<Int> = listOf(0, 0, 0)
): ByteArray {
    val whole = Rectangle(0, 0, across, down)
    val part = if (fit == "crop") inner(whole, Rectangle(0, 0, width, height)) else whole
    val place = if (fit == "pad") inner(Rectangle(0, 0, width, height), whole) else Rectangle(0, 0, width, height)
    val colours = IntArray(3 * width * height) { fill[it % 3] }
    val total = weightOf(part.height, place.height) * weightOf(part.width, place.width)
    val columns = List(place.width) { reach(it, part.width, place.width) }
    val kept = HashMap<Int, LongArray>() // sums along rows of the photo
    for (y in 0 until place.height) {
        val rows = reach(y, part.height, place.height)
        kept.keys.retainAll(rows.map { it.first })
        val sums = LongArray(3 * place.width)
        for ((row, weight) in rows) {
            val line = kept.getOrPut(row) { sumsAlong(argb, (part.top + row) * across + part.left, columns) }
            for (n in sums.indices) sums[n] += weight * line[n]
        }
        val into = 3 * ((place.top + y) * width + place.left)
        for (n in sums.indices) colours[into + n] = ((sums[n] + total / 2) / total).toInt()
    }
    if (channels == 3) return ByteArray(colours.size) { colours[it].toByte() }
    return ByteArray(width * height) {
        ((299 * colours[3 * it] + 587 * colours[3 * it + 1] + 114 * colours[3 * it + 2] + 500) / 1000).toByte()
    }
}

/** The largest rectangle of a shape in the middle of another. */
private fun inner(whole: Rectangle, shape: Rectangle): Rectangle {
    var width = whole.width
    var height = whole.height
    if (width.toLong() * shape.height > height.toLong() * shape.width) {
        width = maxOf(1, ((height.toLong() * shape.width + shape.height / 2) / shape.height).toInt())
    } else {
        height = maxOf(1, ((width.toLong() * shape.height + shape.width / 2) / shape.width).toInt())
    }
    return Rectangle((whole.width - width) / 2, (whole.height - height) / 2, width, height)
}

/** What the weights of one new value add up to, along one axis. */
private fun weightOf(length: Int, cells: Int): Long = if (cells <= length) length.toLong() else 2L * cells

/** The values that a new one is made of, along one axis, and their weights. */
private fun reach(cell: Int, length: Int, cells: Int): List<Pair<Int, Long>> {
    if (cells <= length) return covered(cell, length, cells)
    val place = minOf(maxOf((2L * cell + 1) * length - cells, 0L), 2L * cells * (length - 1))
    val before = (place / (2 * cells)).toInt()
    val part = place - 2L * before * cells
    return listOf(Pair(before, 2L * cells - part), Pair(minOf(before + 1, length - 1), part))
}

/** Weighted sums of red, green and blue along a row of the photo that begins at `from`. */
private fun sumsAlong(argb: IntArray, from: Int, columns: List<List<Pair<Int, Long>>>): LongArray {
    val sums = LongArray(3 * columns.size)
    for (x in columns.indices) {
        for ((place, weight) in columns[x]) {
            val pixel = argb[from + place]
            val alpha = pixel ushr 24
            sums[3 * x] += weight * onWhite(pixel shr 16 and 255, alpha)
            sums[3 * x + 1] += weight * onWhite(pixel shr 8 and 255, alpha)
            sums[3 * x + 2] += weight * onWhite(pixel and 255, alpha)
        }
    }
    return sums
}
