// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// The paper under the ink: a coarse map of it, whatever its colour and the light on it.
package edgedigits

private class Closed(val paper: Plane, val ring: Long, val steps: Long, val ink: Long)

/** Means over squares of `side` pixels in sixteenths, and how much fine ink is dark. */
internal fun cellsOf(grey: Plane, side: Int): Pair<Plane, Long> {
    val columns = ceilDiv(grey.width, side)
    val rows = ceilDiv(grey.height, side)
    var darkness = 0L
    val means = IntArray(columns * rows) { cell ->
        var sum = 0
        var low = 255
        var high = 0
        val top = cell / columns * side
        val left = cell % columns * side
        val bottom = minOf(grey.height, top + side)
        val right = minOf(grey.width, left + side)
        for (y in top until bottom) {
            for (x in left until right) {
                val value = grey.values[y * grey.width + x]
                sum += value
                low = minOf(low, value)
                high = maxOf(high, value)
            }
        }
        val pixels = (bottom - top) * (right - left)
        val mean = (FINE * sum + pixels / 2) / pixels
        darkness += square(mean - FINE * low) - square(FINE * high - mean)
        mean
    }
    return Pair(Plane(means, columns, rows), darkness)
}

private fun negativeOf(cells: Plane) =
    Plane(IntArray(cells.values.size) { 255 * FINE - cells.values[it] }, cells.width, cells.height)

/** The paper of the ink's likelier colour in the likeliest light; and whether it is the negative's. */
internal fun paperOf(cells: Plane, darkness: Long): Pair<Plane, Boolean> {
    val reaches = listOf(6, 4).map { maxOf(2, maxOf(cells.width, cells.height) / it) }
    var least = Long.MAX_VALUE
    var best = Pair(cells, false)
    for (bright in listOf(false, true)) {
        val inked = if (bright) negativeOf(cells) else cells
        var smoothest = Long.MAX_VALUE
        var cost = Long.MAX_VALUE
        var likeliest = cells
        for (curve in 0..2) {
            for (reach in reaches) {
                val closed = closed(inked, curve, reach)
                val rough = closed.ring + closed.steps
                if (rough == 0L) return Pair(closed.paper, bright)
                if (rough < smoothest) {
                    smoothest = rough
                    likeliest = closed.paper
                }
                cost = minOf(cost, closed.ring + 12 * closed.steps + closed.ink * closed.ink / (3 * cells.values.size))
            }
        }
        cost += 3 * maxOf(0L, if (bright) darkness else -darkness)
        if (cost < least) {
            least = cost
            best = Pair(likeliest, bright)
        }
    }
    return best
}

/** The paper, darker where a wide part of it swallows less than five eighths of what ink does. */
internal fun withoutShadows(cells: Plane, paper: Plane, ink: Int): Plane {
    // The soft edges of a wide pen are narrower than a sixth of the picture, and no shadow.
    val reach = maxOf(2, maxOf(paper.width, paper.height) / 12)
    val level = IntArray(paper.values.size) { n ->
        val white = paper.values[n]
        val cell = cells.values[n]
        val swallowed = floorDiv((white - cell).toLong() * FULL, maxOf(white, DARKEST_PAPER).toLong())
        if (8 * swallowed < 5 * ink) cell else white
    }
    val filled = filledIn(level, paper.width, paper.height, reach)
    return Plane(IntArray(level.size) { minOf(filled[it], paper.values[it]) }, paper.width, paper.height)
}

/** The paper under dark ink in each cell, and how little it looks like paper. */
private fun closed(cells: Plane, curve: Int, reach: Int): Closed {
    val width = cells.width
    val down = lightOf(cells, curve, true)
    val across = lightOf(cells, curve, false)
    val even = IntArray(cells.values.size) { cells.values[it] - down[it / width] - across[it % width] }
    val level = filledIn(even, width, cells.height, reach)
    var ring = 0L
    var steps = 0L
    var ink = 0L
    for (n in level.indices) {
        val x = n % width
        val y = n / width
        level[n] = minOf(255 * FINE, maxOf(0, level[n] + down[y] + across[x]))
        val here = level[n] - cells.values[n]
        ink += here
        if (x == 0) ring += square(here)
        if (x == width - 1) ring += square(here)
        if (y == 0) ring += square(here)
        if (y == cells.height - 1) ring += square(here)
        if (x > 0) steps += square(level[n] - level[n - 1])
        if (y > 0) steps += square(level[n] - level[n - width])
    }
    return Closed(Plane(level, width, cells.height), ring, steps, ink)
}

/** A morphological closing: what is low and narrower than 2 reach + 1 is filled in. */
private fun filledIn(values: IntArray, width: Int, height: Int, reach: Int): IntArray {
    var level = values
    for (sign in listOf(1, -1)) {
        level = largestNear(level, width, height, reach, sign, true)
        level = largestNear(level, width, height, reach, sign, false)
    }
    return level
}

/** Largest (sign 1) or smallest (-1) of the values at most `reach` away, down the columns or along the rows. */
private fun largestNear(values: IntArray, width: Int, height: Int, reach: Int, sign: Int, isDown: Boolean): IntArray {
    val step = if (isDown) width else 1
    val length = if (isDown) height else width
    return IntArray(values.size) { n ->
        val place = if (isDown) n / width else n % width
        var best = values[n]
        for (near in maxOf(0, place - reach)..minOf(length - 1, place + reach)) {
            val value = values[n + (near - place) * step]
            if (sign * value > sign * best) best = value
        }
        best
    }
}

/** How the light falls off along an axis: not at all (0), evenly (1), as a parabola (2). */
private fun lightOf(cells: Plane, curve: Int, isDown: Boolean): IntArray {
    val count = if (isDown) cells.height else cells.width
    val third = count / 3
    if (curve == 0 || third == 0) return IntArray(count)
    val far = count - third
    fun paperBetween(from: Int, to: Int): Long {
        val part = cells.values.filterIndexed { n, _ ->
            val place = if (isDown) n / cells.width else n % cells.width
            place in from until to
        }.sorted()
        return part[ceilDiv(4 * part.size, 5) - 1].toLong()
    }
    val first = paperBetween(0, third)
    val middle = paperBetween(third, far)
    val last = paperBetween(far, count)
    return IntArray(count) { n ->
        val place = 2L * n + 1 - count
        var slope = place * (last - first) * far
        if (curve == 2) slope += place * place * (first + last - 2 * middle)
        floorDiv(slope, 2L * far * far).toInt()
    }
}

private fun square(value: Int): Long = value.toLong() * value
