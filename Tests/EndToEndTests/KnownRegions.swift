import Foundation
import StrictJSON
import Testing

/// Numbers of regions that are known of a network, by other means than ours.
struct KnownRegions: CustomTestStringConvertible, Sendable {
  let name: String
  let model: String
  let domain: [String]
  /// The known counts after the last layer, by definition.
  let counts: [String: Int]
  /// Activation regions after each layer, as far as they are known.
  let firstLayers: [Int]

  var testDescription: String { name }

  /// The networks on which float verifiers go wrong.
  static let adversarial: [KnownRegions] = load {
    let document = try KnownAnswers.json(ProgramRun.fixture("truth/adversarial/regions.json"))
    return try document.member("networks").asArray(path: "$").map { network in
      let name = try network.member("name").asString(path: "$")
      var counts: [String: Int] = [:]
      for definition in ["activation", "patterns", "pieces", "maps"] {
        counts[definition] = try network.memberIfPresent(definition)?.asCount(path: "$")
      }
      return KnownRegions(
        name: name, model: ProgramRun.fixture("models/adversarial/\(name).onnx"),
        domain: ["--domain", ProgramRun.fixture("models/adversarial/\(name).vnnlib")],
        counts: counts, firstLayers: [])
    }
  }

  /// Trained and third-party networks.
  static let trained: [KnownRegions] = load {
    try FileManager.default.contentsOfDirectory(atPath: ProgramRun.fixture("truth/regions"))
      .filter { $0.hasSuffix(".json") }.sorted().map { file in
        let document = try KnownAnswers.json(ProgramRun.fixture("truth/regions/\(file)"))
        let maps = try document.member("distinct_affine_maps").asCount(path: "$")
        let count = try document.member("patterns").asCount(path: "$")
        return KnownRegions(
          name: String(file.dropLast(5)),
          model: try KnownAnswers.model(named: document.member("net").asString(path: "$")),
          domain: try KnownAnswers.domain(document.member("box")),
          counts: ["activation": count, "maps": maps],
          firstLayers: try document.member("first_layers_patterns").asArray(path: "$").map {
            try $0.asCount(path: "$")
          })
      }
  }

  /// Hand-made networks.
  static let edge: [KnownRegions] = load {
    try FileManager.default.contentsOfDirectory(atPath: ProgramRun.fixture("truth/edge"))
      .filter { $0.hasSuffix(".json") }.sorted().compactMap { file in
        let document = try KnownAnswers.json(ProgramRun.fixture("truth/edge/\(file)"))
        let truth = try document.member("truth")
        guard let regions = truth.memberIfPresent("regions_full_dimensional") else { return nil }
        let known = try #require(KnownAnswers.edge.first { $0.name == file.dropLast(5) })
        return KnownRegions(
          name: known.name, model: known.model, domain: known.domain,
          counts: [
            "activation": try regions.asCount(path: "$"),
            "maps": try truth.member("distinct_affine_maps").asCount(path: "$"),
          ], firstLayers: [])
      }
  }

  private static func load(_ cases: () throws -> [KnownRegions]) -> [KnownRegions] {
    do {
      return try cases()
    } catch {
      Issue.record("the known regions cannot be read: \(error)")
      return []
    }
  }
}

/// What `espalier regions --json` says.
struct RegionAnswer {
  let run: ProgramRun
  let document: JSONValue

  /// Runs the program, and expects an end with a result.
  init(_ arguments: [String]) throws {
    run = try ProgramRun.run("espalier", ["regions", "--json", "-q"] + arguments)
    try #require(run.status == 0 || run.status == 2, "\(run.status) \(run.errors)")
    document = try JSONParser.parse([UInt8](run.output.utf8))
  }

  /// The smallest and largest possible counts after each layer, of one definition.
  func counts(_ definition: String) throws -> [(lower: Int, upper: Int?)] {
    let rows = try document.member("regions").asArray(path: "$")
    let row = try #require(
      try rows.first { try $0.member("definition").asString(path: "$") == definition })
    return try row.member("counts").asArray(path: "$").map { count in
      let lower = try #require(Int(try count.member("lower").asString(path: "$")))
      let upper = try count.member("upper")
      return (lower, upper == .null ? nil : Int(try upper.asString(path: "$")))
    }
  }

  /// The exact counts after each layer; -1 where they are not exact.
  func exact(_ definition: String = "activation") throws -> [Int] {
    try counts(definition).map { $0.lower == $0.upper ? $0.lower : -1 }
  }
}
