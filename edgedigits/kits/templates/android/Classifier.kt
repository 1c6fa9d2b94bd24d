// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
package edgedigits

import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.exp
import kotlin.math.pow

/** What runs the model: `LiteRtModel` on Android. Buffers are direct and in the machine's own order of bytes. */
interface Model {
    fun run(input: ByteBuffer, output: ByteBuffer)
}

class Answer(val label: String, val probability: Float)

/**
 * All labels, the likeliest first; whether the photo shows none of them; whether the likeliest is a guess. A blank photo,
 * where ink is looked for, gives no answers and is rejected.
 */
class Reading(val answers: List<Answer>, val isRejected: Boolean, val isUnsure: Boolean)

/** A photo in, labels with probabilities out. One call at a time. */
class Classifier(val contract: Contract, private val model: Model) {
    private val input = buffer(contract.pixels, contract.input)
    private val output = buffer(contract.labels.size, contract.output)

    /** What the model says of ARGB pixels (not premultiplied, as Bitmap.getPixels gives them). */
    fun classify(argb: IntArray, width: Int, height: Int): Reading {
        val prepared = prepare(argb, width, height) ?: return Reading(emptyList(), isRejected = true, isUnsure = false)
        val probabilities = answer(prepared)
        val answers = contract.labels.indices.map { Answer(contract.labels[it], probabilities[it]) }
            .sortedByDescending { it.probability }
        return Reading(answers, rejects(probabilities), doubts(probabilities))
    }

    /**
     * Whether such probabilities are an answer to what is none of the classes, by the rule of `edgedigits predict`; never
     * where the bundle has no such rule.
     */
    fun rejects(probabilities: FloatArray) = !(confidence(probabilities) >= contract.threshold)

    /** Whether such probabilities are an unsure answer, whose likeliest class is a guess. */
    fun doubts(probabilities: FloatArray) = !rejects(probabilities) && !(confidence(probabilities) >= contract.sure)

    /** How sure such an answer is; no number where one of them is none. */
    private fun confidence(probabilities: FloatArray): Double {
        val largest = probabilities.fold(Double.NEGATIVE_INFINITY) { a, b -> maxOf(a, b.toDouble()) }
        return 1 / probabilities.fold(0.0) { sum, each -> sum + (each / largest).pow(1 / contract.temperature) }
    }

    /** The picture that the model takes, rows of grey levels or of red, green and blue; null for a blank photo. */
    fun prepare(argb: IntArray, width: Int, height: Int): ByteArray? {
        require(width > 0 && height > 0 && argb.size == width * height) { "${width}x$height in ${argb.size} pixels" }
        if (contract.fit == "digit") return digit(argb, width, height)
        return frame(argb, width, height, contract.fit, contract.height, contract.width, contract.channels)
    }

    /** Probabilities, in the order of the labels, of a prepared picture. */
    fun answer(prepared: ByteArray): FloatArray {
        require(prepared.size == contract.pixels) { "${prepared.size} bytes instead of ${contract.pixels}" }
        input.clear()
        for (n in prepared.indices) store(level(prepared, n))
        input.rewind()
        output.clear()
        model.run(input, output)
        output.rewind()
        val answer = FloatArray(contract.labels.size) { value() }
        if (!contract.isLogits) return answer
        val most = answer.fold(Float.NEGATIVE_INFINITY) { a, b -> maxOf(a, b) }
        val raised = FloatArray(answer.size) { exp(answer[it] - most) }
        val sum = raised.sum()
        return FloatArray(answer.size) { raised[it] / sum }
    }

    /** The value of the number at a place of the model's input. */
    private fun level(prepared: ByteArray, place: Int): Float {
        val plane = contract.height * contract.width
        val channel = if (contract.isChannelsFirst) place / plane else place % contract.channels
        val pixel = if (contract.isChannelsFirst) place % plane else place / contract.channels
        val from = if (contract.isBgr) contract.channels - 1 - channel else channel
        return contract.tables[channel][prepared[pixel * contract.channels + from].toInt() and 255]
    }

    private fun store(value: Float) {
        val stored = contract.input
        if (stored.isFloat) {
            input.putFloat(value)
            return
        }
        val steps = value.toDouble() / stored.scale
        val rounded = (if (steps < 0) steps - 0.5 else steps + 0.5).toInt() + stored.zeroPoint
        input.put(minOf(maxOf(rounded, stored.least), stored.least + 255).toByte())
    }

    private fun value(): Float {
        val stored = contract.output
        if (stored.isFloat) return output.getFloat()
        val byte = output.get().toInt()
        val number = if (stored.least == 0) byte and 255 else byte
        return ((number - stored.zeroPoint) * stored.scale).toFloat()
    }

    private fun buffer(count: Int, stored: Stored): ByteBuffer =
        ByteBuffer.allocateDirect(if (stored.isFloat) 4 * count else count).order(ByteOrder.nativeOrder())
}
