// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
package edgedigits

import java.io.InputStream

/** How numbers are stored: as they are ("float32"), or (stored - zeroPoint) * scale as "uint8" or "int8". */
class Stored(val type: String, val scale: Double, val zeroPoint: Int) {
    val isFloat get() = type == "float32"
    val least get() = if (type == "uint8") 0 else -128
}

/** What a model takes and answers: the lines of `contract.txt`, each a name and what it is, and then the labels. */
class Contract private constructor(lines: List<String>) {
    private val said = lines.takeWhile { it != "labels" }.associate { Pair(it.substringBefore(' '), it.substringAfter(' ')) }

    val height = said.getValue("height").toInt()
    val width = said.getValue("width").toInt()
    val channels = said.getValue("channels").toInt()
    val fit = said.getValue("fit")
    val isBgr = said.getValue("bgr").toBoolean()
    val isChannelsFirst = said.getValue("channels_first").toBoolean()
    val isLogits = said.getValue("logits").toBoolean()
    /** How far a probability may be from the float model's. */
    val allowed = said.getValue("allowed").toFloat()
    /** By which answers are rejected or unsure, see `Classifier.rejects` and `doubts`. */
    val temperature = said.getValue("temperature").toDouble()
    val threshold = said.getValue("threshold").toDouble()
    val sure = said.getValue("sure").toDouble()
    val input = stored("input")
    val output = stored("output")
    val labels = lines.drop(lines.indexOf("labels") + 1)
    val pixels get() = height * width * channels

    /** What pixels of 0 to 255 are to each channel of the model. */
    val tables: List<FloatArray> = said.getValue("ends").split(' ').map { it.toDouble() }.chunked(2).map { (low, high) ->
        FloatArray(256) { if (low == 0.0 && high == 255.0) it.toFloat() else it / 255f * (high - low).toFloat() + low.toFloat() }
    }

    private fun stored(name: String): Stored {
        val (type, scale, zeroPoint) = said.getValue(name).split(' ')
        return Stored(type, scale.toDouble(), zeroPoint.toInt())
    }

    companion object {
        fun read(file: InputStream) = Contract(file.bufferedReader().readLines())
    }
}
