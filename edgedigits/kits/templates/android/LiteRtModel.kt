// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// The one file that calls Android and LiteRT (com.google.ai.edge.litert:litert). It was NOT compiled where this kit was
// made, as there is no Android there; all other files were, and run with the golden files.
package edgedigits

import android.content.Context
import android.graphics.Bitmap
import java.io.Closeable
import java.nio.ByteBuffer
import java.nio.ByteOrder
import org.tensorflow.lite.Interpreter

class LiteRtModel(context: Context, name: String = "edgedigits/model.tflite") : Model, Closeable {
    private val interpreter = Interpreter(direct(context.assets.open(name).use { it.readBytes() }))

    override fun run(input: ByteBuffer, output: ByteBuffer) = interpreter.run(input, output)

    override fun close() = interpreter.close()

    private fun direct(content: ByteArray): ByteBuffer {
        val buffer = ByteBuffer.allocateDirect(content.size).order(ByteOrder.nativeOrder())
        buffer.put(content).rewind()
        return buffer
    }
}

/** The classifier of this app's assets. */
fun openClassifier(context: Context): Classifier {
    val contract = context.assets.open("edgedigits/contract.txt").use { Contract.read(it) }
    return Classifier(contract, LiteRtModel(context))
}

/** What the model says of a picture. */
fun Classifier.classify(bitmap: Bitmap): Reading {
    val argb = IntArray(bitmap.width * bitmap.height)
    bitmap.getPixels(argb, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height)
    return classify(argb, bitmap.width, bitmap.height)
}

/** What is wrong on this device, a line each; see `selfTest`. */
fun Classifier.selfTest(context: Context): List<String> =
    context.assets.open("edgedigits/golden.txt").use { selfTest(this, it) }
