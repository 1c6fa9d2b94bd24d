// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// Ink of one digit to the 28x28 picture that the model takes.
package edgedigits

private const val SIDE = 28
private const val BOX = 20
private const val GRID = 4 * BOX // thickness is changed on a grid of quarter pixels
private const val MARGIN = 8
private const val HALF = 128

// In hundredths of a pixel of the 20x20 box; what thin becomes is in quarter pixels, odd.
private const val THINNEST = 135
private const val THIN_BECOMES = 9
private const val THICKEST = 480
private const val THICK_BECOMES = 420

/** The picture of 28 rows of 28 grey levels, ink bright on dark, of ARGB pixels; null where there is no digit. */
internal fun digit(argb: IntArray, width: Int, height: Int): ByteArray? {
    val levels = findInk(argb, width, height) ?: return null
    val ink = digitInk(levels) ?: return null
    return centred(brightened(reduced(withUsualPen(ink), BOX)))
}

/** The pen's width in hundredths of a pixel of the box: Crofton's formula, for lines; null where nothing is dark. */
private fun hundredthsOf(ink: Plane): Int? {
    var area = 0L
    var edges = 0L
    fun isCore(x: Int, y: Int) =
        x in 0 until ink.width && y in 0 until ink.height && ink.values[y * ink.width + x] >= HALF
    for (y in 0..ink.height) {
        for (x in 0..ink.width) {
            val here = isCore(x, y)
            if (here) area++
            if (here != isCore(x - 1, y)) edges++
            if (here != isCore(x, y - 1)) edges++
        }
    }
    if (edges == 0L) return null
    return (904 * area * 100 * BOX / (355 * edges * maxOf(ink.width, ink.height))).toInt()
}

/** The ink redrawn with a thicker or thinner pen where its own is far from usual. */
private fun withUsualPen(ink: Plane): Plane {
    val hundredths = hundredthsOf(ink) ?: return ink
    val drawn = when {
        hundredths < THINNEST -> {
            val divisor = THIN_BECOMES * maxOf(1, hundredths)
            redrawn(ink, THIN_BECOMES) { sum -> minOf(255, sum * 25 / divisor) }
        }
        hundredths > THICKEST -> {
            val window = minOf((hundredths - THICK_BECOMES) * 8 / 100 or 1, 2 * MARGIN + 1)
            val area = window * window
            redrawn(ink, window) { sum -> 255 - minOf(255, (255 * area - sum) * 2 / area) }
        }
        else -> return ink
    }
    return inkBox(drawn) ?: ink
}

/** A grid of the ink with a margin, each value made of the sum over a square of `window` values around it. */
private fun redrawn(ink: Plane, window: Int, value: (Int) -> Int): Plane {
    val grid = reduced(ink, GRID)
    val width = grid.width + 2 * MARGIN
    val height = grid.height + 2 * MARGIN
    val half = window / 2
    val values = IntArray(width * height) { n ->
        val left = n % width - MARGIN - half
        val top = n / width - MARGIN - half
        var sum = 0
        for (y in maxOf(0, top) until minOf(grid.height, top + window)) {
            for (x in maxOf(0, left) until minOf(grid.width, left + window)) sum += grid.values[y * grid.width + x]
        }
        value(sum)
    }
    return Plane(values, width, height)
}

/** The box around clear ink; null where there is none. */
private fun inkBox(drawn: Plane): Plane? {
    val clear = drawn.values.indices.filter { drawn.values[it] >= CLEAR }
    if (clear.isEmpty()) return null
    val top = clear.first() / drawn.width
    val left = clear.fold(drawn.width) { least, n -> minOf(least, n % drawn.width) }
    val right = clear.fold(0) { most, n -> maxOf(most, n % drawn.width) }
    val height = clear.last() / drawn.width - top + 1
    val width = right - left + 1
    val values = IntArray(width * height) { drawn.values[(top + it / width) * drawn.width + left + it % width] }
    return Plane(values, width, height)
}

/** The ink scaled so that its longer side is `cells`, each the mean of the area that it covers. */
private fun reduced(ink: Plane, cells: Int): Plane {
    val longer = maxOf(ink.width, ink.height)
    fun scaled(length: Int) = maxOf(1, (length * cells + longer / 2) / longer)
    val width = scaled(ink.width)
    val height = scaled(ink.height)
    val area = ink.width.toLong() * ink.height
    val lines = LongArray(width * ink.height)
    for (x in 0 until width) {
        for ((from, weight) in covered(x, ink.width, width)) {
            for (y in 0 until ink.height) lines[y * width + x] += weight * ink.values[y * ink.width + from]
        }
    }
    val values = IntArray(width * height)
    for (y in 0 until height) {
        val sums = LongArray(width)
        for ((from, weight) in covered(y, ink.height, height)) {
            for (x in 0 until width) sums[x] += weight * lines[from * width + x]
        }
        for (x in 0 until width) values[y * width + x] = ((sums[x] + area / 2) / area).toInt()
    }
    return Plane(values, width, height)
}

/** Which of `length` values one of `cells` equal stretches covers, and how much of each: a whole one weighs `cells`. */
internal fun covered(cell: Int, length: Int, cells: Int): List<Pair<Int, Long>> {
    val from = cell.toLong() * length
    val to = from + length
    val found = ArrayList<Pair<Int, Long>>()
    var place = from / cells
    while (place * cells < to) {
        found.add(Pair(place.toInt(), minOf((place + 1) * cells, to) - maxOf(place * cells, from)))
        place++
    }
    return found
}

/** Shrinking darkens thin lines; makes the brightest pixel 255 again. */
private fun brightened(box: Plane): Plane {
    val most = box.values.fold(0) { a, b -> maxOf(a, b) }
    if (most == 0 || most == 255) return box
    return Plane(IntArray(box.values.size) { minOf(255, (box.values[it] * 255 + most / 2) / most) }, box.width, box.height)
}

/** Places the box so that its centre of mass is nearest to the middle of 28x28; null where nothing is left of it. */
private fun centred(box: Plane): ByteArray? {
    var total = 0L
    var down = 0L
    var across = 0L
    for (n in box.values.indices) {
        total += box.values[n].toLong()
        down += (2L * (n / box.width) + 1) * box.values[n]
        across += (2L * (n % box.width) + 1) * box.values[n]
    }
    if (total == 0L) return null
    fun corner(moment: Long, size: Int): Int {
        val wanted = floorDiv((SIDE + 2) * total - moment, 2 * total).toInt()
        return minOf(maxOf(wanted, 0), SIDE - size)
    }
    val top = corner(down, box.height)
    val left = corner(across, box.width)
    val picture = ByteArray(SIDE * SIDE)
    for (n in box.values.indices) {
        picture[(top + n / box.width) * SIDE + left + n % box.width] = box.values[n].toByte()
    }
    return picture
}
