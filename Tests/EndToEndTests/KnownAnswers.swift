import Foundation
import StrictJSON
import Testing

/// The verdicts that are known of a network, by other means than ours.
struct KnownAnswers {
  /// A network with its domain, as arguments of the program, and its answers.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let model: String
    let domain: [String]
    /// One status per unit: `stably_inactive`, `stably_active`, `unstable`, a name of a unit that
    /// is zero everywhere, or `undecided`.
    let statuses: [[String]]

    var testDescription: String { name }
  }

  /// The 71 networks on which float verifiers go wrong.
  static let adversarial: [Case] = load {
    let document = try json(ProgramRun.fixture("truth/adversarial/truth.json"))
    return try document.member("networks").asArray(path: "$").map { network in
      let name = try network.member("name").asString(path: "$")
      var statuses: [[String]] = []
      for unit in try network.member("units").asArray(path: "$") {
        let layer = try unit.member("layer").asCount(path: "$")
        while statuses.count <= layer { statuses.append([]) }
        statuses[layer].append(try unit.member("status").asString(path: "$"))
      }
      return Case(
        name: name, model: ProgramRun.fixture("models/adversarial/\(name).onnx"),
        domain: ["--domain", ProgramRun.fixture("models/adversarial/\(name).vnnlib")],
        statuses: statuses)
    }
  }

  /// Trained and third-party networks with answers proved by another program.
  static let stability: [Case] = load {
    try files(in: "truth/stability").map { file in
      let document = try json(ProgramRun.fixture("truth/stability/\(file)"))
      let name = String(file.dropLast(5))
      let net = try document.member("net").asString(path: "$")
      let statuses = try document.member("layers").asArray(path: "$").map { layer in
        try layer.asArray(path: "$").map { try $0.member("status").asString(path: "$") }
      }
      return Case(
        name: name, model: try model(named: net),
        domain: try domain(document.member("box")), statuses: statuses)
    }
  }

  /// Hand-made networks with exact ties.
  static let edge: [Case] = load {
    try files(in: "truth/edge").map { file in
      let document = try json(ProgramRun.fixture("truth/edge/\(file)"))
      let name = String(file.dropLast(5))
      let ends = try document.member("input_domain").asArray(path: "$").map { try text($0) }
      let known = try document.member("truth").memberIfPresent("unit_status")
      let statuses =
        try known?.asArray(path: "$").map { layer in
          try layer.asArray(path: "$").map { try $0.asString(path: "$") }
        }
        ?? hiddenWidths(document).map { Array(repeating: "undecided", count: $0) }
      return Case(
        name: name, model: ProgramRun.fixture("models/edge/\(name).onnx"),
        domain: ["--box", ends.joined(separator: ",")], statuses: statuses)
    }
  }

  /// Compares verdicts with what is known.
  ///
  /// - Returns: What contradicts, and the number of units that are known but undecided.
  static func compare(
    _ verdicts: JSONValue, with known: Case
  ) throws -> (contradictions: [String], undecidedCount: Int) {
    var contradictions: [String] = []
    var undecidedCount = 0
    var seenCount = 0
    for unit in try verdicts.member("units").asArray(path: "$") {
      let layer = try unit.member("layer").asCount(path: "$")
      let index = try unit.member("unit").asCount(path: "$")
      let found = try unit.member("stability").asString(path: "$")
      let expected = known.statuses[layer][index]
      seenCount += 1
      if expected == "undecided" { continue }
      if found == "undecided" {
        undecidedCount += 1
      } else if !agrees(found, expected) {
        contradictions.append("unit \(index) of layer \(layer): \(found), known \(expected)")
      }
    }
    let knownCount = known.statuses.joined().count
    if seenCount != knownCount { contradictions.append("\(seenCount) of \(knownCount) units") }
    return (contradictions, undecidedCount)
  }

  private static func agrees(_ found: String, _ expected: String) -> Bool {
    switch expected {
    case "identically_zero", "constant_zero":
      found == "stably-inactive" || found == "stably-active"
    default: found == expected.replacingOccurrences(of: "_", with: "-")
    }
  }

  // MARK: Files

  private static func load(_ cases: () throws -> [Case]) -> [Case] {
    do {
      return try cases()
    } catch {
      Issue.record("the known answers cannot be read: \(error)")
      return []
    }
  }

  private static func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: ProgramRun.fixture(folder))
      .filter { $0.hasSuffix(".json") }.sorted()
  }

  private static func hiddenWidths(_ document: JSONValue) throws -> [Int] {
    try document.member("arch").asArray(path: "$").dropFirst().dropLast()
      .map { try $0.asCount(path: "$") }
  }

  /// The file of a network that a truth file names.
  static func model(named name: String) throws -> String {
    let aliases = ["abcrown_mnist_2_20": "mnist_2_20", "marabou_fc1_box01": "fc1"]
    let file = "\(aliases[name] ?? name).onnx"
    let paths = ["models/trained/\(file)", "models/thirdparty/\(file)", "demo/\(file)"]
      .map(ProgramRun.fixture)
    return try #require(
      paths.first { FileManager.default.fileExists(atPath: $0) }, "no fixture named \(file)")
  }

  static func json(_ path: String) throws -> JSONValue {
    try JSONParser.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  static func domain(_ box: JSONValue) throws -> [String] {
    if let file = box.memberIfPresent("file") {
      return ["--domain", ProgramRun.fixture("domains/\(try file.asString(path: "$"))")]
    }
    if let file = box.memberIfPresent("vnnlib") {
      return ["--domain", ProgramRun.fixture("domains/\(try file.asString(path: "$"))")]
    }
    return ["--box", "\(try text(box.member("lo"))),\(try text(box.member("hi")))"]
  }

  private static func text(_ value: JSONValue) throws -> String {
    guard case .number(let text) = value else {
      throw JSONError(place: "$", reason: "expected a number")
    }
    return text
  }
}

extension JSONValue {
  func memberIfPresent(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  func member(_ key: String) throws -> JSONValue {
    guard let value = memberIfPresent(key) else {
      throw JSONError(place: "$", reason: "the member \(key) is missing")
    }
    return value
  }
}
