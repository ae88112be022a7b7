// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "espalier",
  products: [
    .executable(name: "espalier", targets: ["EspalierCLI"]),
    .executable(name: "espalier-check", targets: ["EspalierCheck"]),
    .library(name: "Espalier", targets: ["Espalier", "Certificates", "NeuralNetwork", "ModelIO"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
  ],
  targets: [
    // The trust base: exact numbers, networks, the checker. No solver, no tolerance.
    .target(name: "StrictJSON", swiftSettings: strict),
    .target(
      name: "ExactArithmetic", dependencies: [.product(name: "BigInt", package: "BigInt")],
      swiftSettings: strict),
    .target(name: "NeuralNetwork", dependencies: ["ExactArithmetic"], swiftSettings: strict),
    .target(
      name: "Certificates", dependencies: ["NeuralNetwork", "ExactArithmetic", "StrictJSON"],
      swiftSettings: strict),

    // Files in, files out.
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "ModelIO",
      dependencies: [
        "NeuralNetwork", "ExactArithmetic", "StrictJSON", "CZlib",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["ONNX/onnx.proto"], swiftSettings: strict),

    // Search: whatever happens here is a claim until the checker accepts it.
    .target(
      name: "MILP",
      dependencies: ["ExactArithmetic", .product(name: "BigInt", package: "BigInt")],
      swiftSettings: strict),
    .systemLibrary(
      name: "CCoin", pkgConfig: "cbc",
      providers: [.apt(["coinor-libcbc-dev", "coinor-libclp-dev"])]),
    .target(name: "CBCShim", dependencies: ["CCoin"]),
    .target(
      name: "CBCBackend", dependencies: ["MILP", "CBCShim"],
      swiftSettings: strict + [.strictMemorySafety()]),
    .target(name: "Workers", swiftSettings: strict),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-pthread-dev"])]),
    .target(
      name: "Espalier",
      dependencies: [
        "Certificates", "NeuralNetwork", "ExactArithmetic", "StrictJSON", "MILP", "COpenBLAS",
        .product(name: "BigInt", package: "BigInt"),
      ],
      swiftSettings: strict),

    // Executables: compose, print, exit.
    .executableTarget(
      name: "EspalierCLI",
      dependencies: [
        "Espalier", "CBCBackend", "MILP", "Workers", "ModelIO", "Certificates", "NeuralNetwork",
        "ExactArithmetic", "StrictJSON",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "EspalierCheck",
      dependencies: [
        "ModelIO", "Certificates", "NeuralNetwork", "ExactArithmetic", "StrictJSON",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),

    .executableTarget(
      name: "EspalierBench",
      dependencies: ["Espalier", "CBCBackend", "ModelIO", "Certificates", "NeuralNetwork"],
      swiftSettings: strict),

    // Test equipment: a worker that fails on purpose.
    .executableTarget(
      name: "FaultyWorker",
      dependencies: [
        "Espalier", "CBCBackend", "MILP", "Workers", "Certificates", "NeuralNetwork",
        "ExactArithmetic",
      ], path: "Tests/FaultyWorker", swiftSettings: strict),

    // Bytes that nobody meant, for every reader. Only `make fuzz` links libFuzzer.
    .systemLibrary(name: "CLibFuzzer"),
    .executableTarget(
      name: "EspalierFuzz",
      dependencies: [
        "Espalier", "ModelIO", "Certificates", "NeuralNetwork", "StrictJSON", "CZlib",
        "CLibFuzzer",
      ], swiftSettings: strict),

    // Tests mirror the sources.
    .target(
      name: "TestSupport",
      dependencies: ["Espalier", "NeuralNetwork", "ExactArithmetic", "MILP", "StrictJSON"],
      swiftSettings: strict),
  ]
    + [
      ("StrictJSON", []), ("ExactArithmetic", []), ("NeuralNetwork", ["ExactArithmetic"]),
      ("ModelIO", ["NeuralNetwork", "ExactArithmetic", "StrictJSON"]),
      (
        "Certificates",
        ["Espalier", "MILP", "ModelIO", "NeuralNetwork", "ExactArithmetic", "StrictJSON"]
      ),
      ("MILP", ["ExactArithmetic"]), ("CBCBackend", ["MILP"]), ("Workers", []),
      (
        "Espalier",
        [
          "CBCBackend", "MILP", "ModelIO", "Certificates", "NeuralNetwork", "ExactArithmetic",
          "StrictJSON",
        ]
      ),
    ].map { (name: String, extra: [String]) in
      .testTarget(
        name: "\(name)Tests",
        dependencies: [.init(stringLiteral: name), "TestSupport"]
          + extra.map { .init(stringLiteral: $0) },
        exclude: name == "Certificates" ? ["Attack/summary.awk"] : [],
        swiftSettings: strict)
    } + [
      .testTarget(
        name: "EndToEndTests",
        dependencies: ["EspalierCLI", "EspalierCheck", "StrictJSON", "TestSupport"],
        swiftSettings: strict)
    ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
