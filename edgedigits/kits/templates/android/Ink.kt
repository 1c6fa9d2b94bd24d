// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// Pixels to ink: how much of the pen's ink each pixel holds, whatever the paper and the light. Whole numbers; the same
// bytes as edgedigits gives in Python, JavaScript and C (docs/picture.md there has the steps).
package edgedigits

internal const val FINE = 16 // the map of the paper counts in sixteenths of a grey level
internal const val FULL = 4095 // strength of ink that reflects nothing
internal const val DARKEST_PAPER = 64 * FINE
private const val LONGEST = 1024
private const val CELLS = 64
private const val LEAST_CONTRAST = 512

/** Numbers in rows from the top. */
internal class Plane(val values: IntArray, val width: Int, val height: Int) {
    fun isFlat() = values.all { it == values[0] }
}

internal fun floorDiv(a: Long, b: Long): Long = if (a >= 0) a / b else -((b - 1 - a) / b)

internal fun ceilDiv(a: Int, b: Int): Int = (a + b - 1) / b

/** A colour of 0 to 255 on white paper. */
internal fun onWhite(colour: Int, alpha: Int): Int =
    if (alpha == 255) colour else (colour * alpha + 255 * (255 - alpha) + 127) / 255

/** Ink levels of 0 to 255, or null where nothing stands out from the paper. */
internal fun findInk(argb: IntArray, width: Int, height: Int): Plane? {
    val grey = reducedGrey(argb, width, height, ceilDiv(maxOf(width, height), LONGEST))
    if (grey.isFlat()) return null
    val side = ceilDiv(maxOf(grey.width, grey.height), CELLS)
    val (cells, darkness) = cellsOf(grey, side)
    var (paper, isNegative) = paperOf(cells, darkness)
    if (isNegative) for (n in grey.values.indices) grey.values[n] = 255 - grey.values[n]
    var strength = strengthOf(grey, paper, side)
    var peaks = peaksOf(strength, side)
    var paperCells = paperCellsOf(peaks)
    if (paperCells == 0) return null
    if (!isNegative && !paper.isFlat()) {
        paper = withoutShadows(cells, paper, peaks[peaks.size - 1 - peaks.size / 100])
        strength = strengthOf(grey, paper, side)
        peaks = peaksOf(strength, side)
        paperCells = paperCellsOf(peaks)
    }
    return levelsOf(strength, peaks, paperCells)
}

private fun reducedGrey(argb: IntArray, width: Int, height: Int, factor: Int): Plane {
    val columns = ceilDiv(width, factor)
    val rows = ceilDiv(height, factor)
    val sums = LongArray(columns)
    val values = IntArray(columns * rows)
    for (row in 0 until rows) {
        sums.fill(0)
        val bottom = minOf(height, (row + 1) * factor)
        for (y in row * factor until bottom) {
            for (x in 0 until width) {
                val pixel = argb[y * width + x]
                val alpha = pixel ushr 24
                val red = onWhite(pixel shr 16 and 255, alpha)
                val green = onWhite(pixel shr 8 and 255, alpha)
                val blue = onWhite(pixel and 255, alpha)
                sums[x / factor] += (299 * red + 587 * green + 114 * blue).toLong()
            }
        }
        for (column in 0 until columns) {
            val pixels = (minOf(width, (column + 1) * factor) - column * factor).toLong() * (bottom - row * factor)
            values[row * columns + column] = ((sums[column] + 500 * pixels) / (1000 * pixels)).toInt()
        }
    }
    return Plane(values, columns, rows)
}

/** What part of the paper's light each pixel swallows, 0 to 4095; the paper is interpolated between cells' middles. */
private fun strengthOf(grey: Plane, paper: Plane, side: Int): Plane {
    val strength = IntArray(grey.values.size)
    val line = IntArray(paper.width)
    val area = 4 * side * side
    var n = 0
    for (y in 0 until grey.height) {
        val down = Between(y, side, paper.height)
        for (x in line.indices) {
            val upper = paper.values[down.before * paper.width + x]
            line[x] = upper * (2 * side - down.part) + paper.values[down.after * paper.width + x] * down.part
        }
        for (x in 0 until grey.width) {
            val across = Between(x, side, paper.width)
            val both = line[across.before] * (2 * side - across.part) + line[across.after] * across.part
            val here = (both + area / 2) / area
            val ink = here - FINE * grey.values[n]
            if (ink > 0) strength[n] = ink * FULL / maxOf(here, DARKEST_PAPER)
            n++
        }
    }
    return Plane(strength, grey.width, grey.height)
}

/** The cell before a pixel, the cell after it, the part of the latter in 1/(2 side). */
private class Between(pixel: Int, side: Int, cells: Int) {
    private val place = 2 * pixel + 1 - side
    private val cell = floorDiv(place.toLong(), 2L * side).toInt()
    val part = place - cell * 2 * side
    val before = maxOf(cell, 0)
    val after = minOf(cell + 1, cells - 1)
}

/** The strongest pixel of each cell, sorted. */
private fun peaksOf(strength: Plane, side: Int): IntArray {
    val columns = ceilDiv(strength.width, side)
    val peaks = IntArray(columns * ceilDiv(strength.height, side))
    for (n in strength.values.indices) {
        val cell = n / strength.width / side * columns + n % strength.width / side
        if (strength.values[n] > peaks[cell]) peaks[cell] = strength.values[n]
    }
    peaks.sort()
    return peaks
}

/** How many of the sorted peaks are paper: Otsu's threshold over 256 steps; 0 where there is none. */
private fun paperCellsOf(peaks: IntArray): Int {
    val counts = IntArray(256)
    var total = 0L
    for (peak in peaks) {
        counts[peak shr 4]++
        total += (peak shr 4).toLong()
    }
    var below = 0L
    var sum = 0L
    var most = 0.0
    var best = 0L
    for (step in 0 until 255) {
        below += counts[step].toLong()
        sum += counts[step].toLong() * step
        val above = peaks.size - below
        if (below == 0L || above == 0L) continue
        val d = (sum * above - (total - sum) * below).toDouble()
        val variance = (d / below) * (d / above)
        if (variance > most) {
            most = variance
            best = below
        }
    }
    return best.toInt()
}

/** Strengths stretched from the paper's grain (0) to the pen's ink (255). */
private fun levelsOf(strength: Plane, peaks: IntArray, paperCells: Int): Plane? {
    if (paperCells == 0) return null
    val grain = peaks[(paperCells - 1) / 2]
    val span = peaks[(paperCells + peaks.size - 1) / 2] - grain
    if (span < LEAST_CONTRAST || span < grain) return null
    val levels = IntArray(strength.values.size) { n ->
        val above = (strength.values[n] - grain) * 255 + span / 2
        if (above <= 0) 0 else minOf(255, above / span)
    }
    return Plane(levels, strength.width, strength.height)
}
