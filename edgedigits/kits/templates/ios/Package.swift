// swift-tools-version:5.5
import PackageDescription

let package = Package(
    name: "Classifier",
    platforms: [.iOS(.v12), .macOS(.v10_13)],
    products: [.library(name: "Classifier", targets: ["Classifier"])],
    targets: [
        .target(name: "CClassifier"),
        .target(name: "Classifier", dependencies: ["CClassifier"]),
    ],
    cLanguageStandard: .c99
)
