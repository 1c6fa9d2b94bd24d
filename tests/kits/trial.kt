// Asks the Kotlin of the Android kit on a JVM: `prepare` takes pictures from standard input, `selftest` a kit's assets
// and what the model answers to what it is given, as lines of two numbers in hexadecimal; `rejects` a contract, and lines
// of probabilities from standard input.
package edgedigits

import java.io.DataInputStream
import java.io.File
import java.nio.ByteBuffer

fun main(words: Array<String>) {
    when (words[0]) {
        "prepare" -> prepareAll(DataInputStream(System.`in`.buffered()))
        "rejects" -> rejectAll(File(words[1]))
        else -> selfTestOf(File(words[1]), File(words[2]))
    }
}

private fun rejectAll(contract: File) {
    val mute = object : Model {
        override fun run(input: ByteBuffer, output: ByteBuffer) = Unit
    }
    val classifier = Classifier(contract.inputStream().use { Contract.read(it) }, mute)
    System.`in`.bufferedReader().forEachLine { line ->
        val row = line.split(' ').map { it.toFloat() }.toFloatArray()
        println(if (classifier.rejects(row)) "rejected" else if (classifier.doubts(row)) "unsure" else "sure")
    }
}

/** Each picture is nine numbers, then ARGB pixels; each answer a line. */
private fun prepareAll(sent: DataInputStream) {
    val fits = listOf("digit", "stretch", "crop", "pad")
    while (sent.read() == 1) {
        val head = List(9) { sent.readInt() }
        val argb = IntArray(head[0] * head[1]) { sent.readInt() }
        val fit = fits[head[2]]
        val prepared = if (fit == "digit") digit(argb, head[0], head[1])
        else frame(argb, head[0], head[1], fit, head[3], head[4], head[5], head.drop(6))
        println(prepared?.let(::hex) ?: "none")
    }
}

private fun selfTestOf(assets: File, table: File) {
    val answers = table.readLines().associate { Pair(it.substringBefore(' '), it.substringAfter(' ')) }
    val model = object : Model {
        override fun run(input: ByteBuffer, output: ByteBuffer) {
            val given = ByteArray(input.remaining())
            input.get(given)
            val answer = answers[hex(given)] ?: "0".repeat(2 * output.remaining())
            for (n in 0 until output.remaining()) output.put(answer.substring(2 * n, 2 * n + 2).toInt(16).toByte())
        }
    }
    val classifier = Classifier(File(assets, "contract.txt").inputStream().use { Contract.read(it) }, model)
    val wrong = File(assets, "golden.txt").inputStream().use { selfTest(classifier, it) }
    println(if (wrong.isEmpty()) "all is well" else wrong.distinct().joinToString("\n"))
}

private const val DIGITS = "0123456789abcdef"

private fun hex(bytes: ByteArray): String {
    val text = StringBuilder(2 * bytes.size)
    for (byte in bytes) text.append(DIGITS[byte.toInt() shr 4 and 15]).append(DIGITS[byte.toInt() and 15])
    return text.toString()
}
