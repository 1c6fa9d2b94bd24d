// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// The connected pieces of a picture's ink, and those that are its one digit.
package edgedigits

internal const val CLEAR = 77 // ink level from which a pixel belongs to a piece
private const val CORE = 160 // ink level that every piece reaches somewhere

private class Run(val row: Int, val start: Int, val stop: Int, val isCore: Boolean)

/** A piece of clear ink, joined at sides and corners; its box is half open. */
private class Part(first: Run) {
    val runs = ArrayList<Run>()
    val top = first.row
    var left = first.start
    var bottom = 0
    var right = 0
    var area = 0
    var isCore = false
    val longer get() = maxOf(bottom - top, right - left)

    fun add(run: Run) {
        left = minOf(left, run.start)
        right = maxOf(right, run.stop)
        bottom = run.row + 1
        area += run.stop - run.start
        isCore = isCore || run.isCore
        runs.add(run)
    }
}

/** The ink of the one digit in the box around it, with the soft edges near it; null where all pieces are specks. */
internal fun digitInk(levels: Plane): Plane? {
    val digit = oneDigit(findParts(levels), levels.width, levels.height)
    return if (digit.isEmpty()) null else cutInk(levels, digit)
}

/** The pieces in the order of their first pixel. */
private fun findParts(levels: Plane): List<Part> {
    val runs = ArrayList<Run>()
    var owners = IntArray(256)
    fun find(run: Int): Int {
        var found = run
        while (owners[found] != found) {
            owners[found] = owners[owners[found]]
            found = owners[found]
        }
        return found
    }
    var above = 0
    var aboveEnd = 0
    for (y in 0 until levels.height) {
        val first = runs.size
        var x = 0
        while (x < levels.width) {
            val start = x
            var isCore = false
            while (x < levels.width && levels.values[y * levels.width + x] >= CLEAR) {
                isCore = isCore || levels.values[y * levels.width + x] >= CORE
                x++
            }
            if (x > start) {
                val run = runs.size
                runs.add(Run(y, start, x, isCore))
                if (run == owners.size) owners = owners.copyOf(2 * run)
                owners[run] = run
                while (above < aboveEnd && runs[above].stop < start) above++
                var other = above
                while (other < aboveEnd && runs[other].start <= x) {
                    val a = find(other)
                    val b = find(run)
                    owners[maxOf(a, b)] = minOf(a, b)
                    other++
                }
            }
            x++
        }
        above = first
        aboveEnd = runs.size
    }
    val parts = LinkedHashMap<Int, Part>()
    for (n in runs.indices) parts.getOrPut(find(n)) { Part(runs[n]) }.add(runs[n])
    return parts.values.filter { it.isCore }
}

private fun oneDigit(parts: List<Part>, width: Int, height: Int): List<Part> {
    fun endsDown(part: Part) = part.top == 0 || part.bottom == height
    fun endsAcross(part: Part) = part.left == 0 || part.right == width
    fun isBar(part: Part): Boolean {
        val tall = part.bottom - part.top
        val wide = part.right - part.left
        val isFlat = endsDown(part) && 16 * wide >= 15 * width && 6 * tall <= height
        return isFlat || endsAcross(part) && 16 * tall >= 15 * height && 6 * wide <= width
    }
    fun isBorder(part: Part) = endsDown(part) || endsAcross(part)
    val visible = parts.filter { it.longer * 40 >= minOf(height, width) }
    val digits = visible.filter { !isBar(it) }
    val real = if (digits.isEmpty()) visible else digits
    if (real.isEmpty()) return real
    fun weight(part: Part) = part.area * (if (isBorder(part)) 1 else 4)
    var main = real[0]
    for (part in real) if (weight(part) > weight(main)) main = part
    val reach = main.longer / 4
    fun isNear(part: Part) = part.top <= main.bottom + reach && part.bottom >= main.top - reach &&
        part.left <= main.right + reach && part.right >= main.left - reach
    val isReal = real.toSet()
    return parts.filter { part ->
        val isLarge = !isBorder(part) && part.area * 16 >= main.area
        (isLarge || isNear(part) && part.area * 48 >= main.area) && (part in isReal || !isBar(part))
    }
}

private fun cutInk(levels: Plane, parts: List<Part>): Plane {
    var top = levels.height
    var left = levels.width
    var bottom = 0
    var right = 0
    for (part in parts) {
        top = minOf(top, part.top)
        left = minOf(left, part.left)
        bottom = maxOf(bottom, part.bottom)
        right = maxOf(right, part.right)
    }
    val width = right - left
    val height = bottom - top
    val reach = maxOf(width, height) / 40 + 1
    // Begins (1) and ends (-1) of what is near in the same row, then sums of those over rows.
    val edges = IntArray((width + 1) * height)
    for (part in parts) {
        for (run in part.runs) {
            val from = (run.row - top) * (width + 1)
            edges[from + maxOf(0, run.start - left - reach)]++
            edges[from + minOf(width, run.stop - left + reach)]--
        }
    }
    val near = IntArray(width + 1)
    fun change(row: Int, sign: Int) {
        if (row in 0 until height) for (x in 0..width) near[x] += sign * edges[row * (width + 1) + x]
    }
    for (y in 0 until reach) change(y, 1)
    val values = IntArray(width * height)
    for (y in 0 until height) {
        change(y + reach, 1)
        change(y - reach - 1, -1)
        var open = 0
        for (x in 0 until width) {
            open += near[x]
            if (open > 0) values[y * width + x] = levels.values[(top + y) * levels.width + left + x]
        }
    }
    return Plane(values, width, height)
}
