// Part of edgedigits. SPDX-License-Identifier: Apache-2.0
//
// UNTESTED: there was no Swift compiler where this kit was made. What it calls, the C sources beside it, was compiled
// there and passed its self-test.
import CClassifier
import CoreGraphics
import Foundation

public struct Answer {
    public let label: String
    public let probability: Float
}

/// All labels, the likeliest first; whether the picture shows none of them; whether the likeliest is a guess. A blank one,
/// where ink is looked for, gives no answers and is rejected.
public struct Reading {
    public let answers: [Answer]
    public let isRejected: Bool
    public let isUnsure: Bool
}

public enum Classifier {
    /// In the order of the model's answers.
    public static let labels: [String] = (0..<cclassifier_classes()).map { String(cString: cclassifier_label($0)) }
    private static let rejected: Int32 = 100
    private static let unsure: Int32 = 102
    // The model keeps its numbers in static memory.
    private static let lock = NSLock()

    /// What the model says of an upright picture.
    public static func classify(_ image: CGImage) -> Reading {
        let (width, height) = (image.width, image.height)
        var rgba = [UInt8](repeating: 255, count: 4 * width * height)
        let isDrawn = rgba.withUnsafeMutableBytes { buffer -> Bool in
            guard let context = CGContext(
                data: buffer.baseAddress, width: width, height: height, bitsPerComponent: 8, bytesPerRow: 4 * width,
                space: CGColorSpace(name: CGColorSpace.sRGB)!,
                bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue | CGBitmapInfo.byteOrder32Big.rawValue)
            else { return false }
            let whole = CGRect(x: 0, y: 0, width: width, height: height)
            context.setFillColor(red: 1, green: 1, blue: 1, alpha: 1)
            context.fill(whole)
            context.draw(image, in: whole)
            return true
        }
        guard isDrawn else { return Reading(answers: [], isRejected: true, isUnsure: false) }
        for place in stride(from: 3, to: rgba.count, by: 4) { rgba[place] = 255 }
        return classify(rgba: rgba, width: width, height: height)
    }

    /// The same of RGBA pixels, rows from the top.
    public static func classify(rgba: [UInt8], width: Int, height: Int) -> Reading {
        precondition(width > 0 && height > 0 && rgba.count == 4 * width * height)
        lock.lock()
        defer { lock.unlock() }
        let size = (UInt32(width), UInt32(height))
        var work = [UInt8](repeating: 0, count: cclassifier_work_bytes(size.0, size.1))
        var probabilities = [Float](repeating: 0, count: labels.count)
        let result = cclassifier_classify(rgba, size.0, size.1, &work, work.count, &probabilities)
        guard [0, rejected, unsure].contains(result) else { return Reading(answers: [], isRejected: true, isUnsure: false) }
        let answers = zip(labels, probabilities)
            .map { Answer(label: $0, probability: $1) }
            .sorted { $0.probability > $1.probability }
        return Reading(answers: answers, isRejected: result == rejected, isUnsure: result == unsure)
    }

    /// What is wrong on this device; nil where photos are prepared and golden pictures answered to the byte.
    public static func selfTest() -> String? {
        lock.lock()
        defer { lock.unlock() }
        return cclassifier_selftest().map { String(cString: $0) }
    }
}
