// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
package edgedigits

import java.io.InputStream
import kotlin.math.abs

/**
 * Does this device prepare photos and answer pictures as it was proven to?
 *
 * Takes `golden.txt`: lines "photo WIDTH HEIGHT RGB PREPARED" and "picture PIXELS PROBABILITY ...", bytes in
 * hexadecimal. Returns what is wrong, a line each; nothing where all is well.
 */
fun selfTest(classifier: Classifier, golden: InputStream): List<String> {
    val wrong = ArrayList<String>()
    golden.bufferedReader().forEachLine { line ->
        val words = line.split(' ')
        if (words[0] == "photo") {
            val width = words[1].toInt()
            val height = words[2].toInt()
            val rgb = bytes(words[3])
            val argb = IntArray(width * height) { n ->
                val (red, green, blue) = List(3) { rgb[3 * n + it].toInt() and 255 }
                255 shl 24 or (red shl 16) or (green shl 8) or blue
            }
            val expected = bytes(words[4])
            val prepared = classifier.prepare(argb, width, height)
            if (prepared == null || !prepared.contentEquals(expected)) wrong.add("a photo is prepared otherwise")
            val reading = classifier.classify(argb, width, height)
            val answer = classifier.answer(expected)
            val isSame = reading.answers.map { it.probability } == answer.sortedDescending()
            val isJudged = reading.isRejected == classifier.rejects(answer) && reading.isUnsure == classifier.doubts(answer)
            if (!isSame || !isJudged) {
                wrong.add("a photo is answered otherwise than what it becomes")
            }
        } else {
            val expected = words.drop(2).map { it.toFloat() }
            val found = classifier.answer(bytes(words[1]))
            val off = expected.indices.map { abs(expected[it] - found[it]) }
            if (!off.all { it <= classifier.contract.allowed }) wrong.add("a golden picture is answered otherwise")
        }
    }
    return wrong
}

private fun bytes(hex: String) = ByteArray(hex.length / 2) { hex.substring(2 * it, 2 * it + 2).toInt(16).toByte() }
