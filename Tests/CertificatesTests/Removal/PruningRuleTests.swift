import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import Testing

/// Every rule about what was removed, with at least one reject.
@Suite struct PruningRuleTests {
  @Test func bothCheckersKeepEveryRow() throws {
    let both = BothCheckers("PruningRuleTests")
    try both.expect(Self.rewrites + Self.kept + Self.results + Self.accepted)
    for toy in Toy.allCases {
      // Without the written file, or with one that nothing speaks of.
      let result = toy.subject.result == nil ? toy.subject.model : nil
      let subject = Subject(toy.subject.model, result: result)
      #expect(try both.rule(of: toy.json, subject) != nil)
    }
    try both.finish()
  }

  @Test func wantsTheWrittenModelIfAndOnlyIfThereIsAPruning() {
    let toy = Toy.hinge
    #expect(
      rule { try CertificateChecker.check(toy.certificate, model: toy.model) } == .resultDigest)
    let plain = Toy.branches
    #expect(
      rule {
        try CertificateChecker.check(plain.certificate, model: plain.model, result: plain.model)
      } == .resultNetwork)
  }

  @Test func comparesTheWrittenModel() throws {
    let toy = Toy.hinge
    let result = try #require(toy.result)
    let extra = FileDigest(name: "more.data", sha256: SHA256.hexDigest(of: Array("more".utf8)))
    for files in [[], [extra], result.files + [extra], [extra] + result.files] {
      let changed = CheckedModel(files: files, network: result.network)
      #expect(
        rule { try CertificateChecker.check(toy.certificate, model: toy.model, result: changed) }
          == .resultDigest)
    }
    let wider = try Network(layers: result.network.layers, scalarType: .float64)
    for network in try neighbours(of: result.network) + [wider, toy.network] {
      let changed = CheckedModel(files: result.files, network: network)
      #expect(
        rule { try CertificateChecker.check(toy.certificate, model: toy.model, result: changed) }
          == .resultNetwork)
    }
  }

  /// Networks in which one number is one float32 away.
  private func neighbours(of network: Network) throws -> [Network] {
    try network.layers.indices.map { k in
      var layers = network.layers
      var biases = layers[k].biases
      biases[0] = Double(Float(biases[0]).nextUp)
      layers[k] = Layer(
        weights: layers[k].weights, biases: biases, activations: layers[k].activations)
      return try Network(layers: layers, scalarType: network.scalarType)
    }
  }

  private func rule(_ body: () throws -> Void) -> CheckRule? {
    do {
      try body()
      return nil
    } catch {
      return (error as? CheckFailure)?.rule
    }
  }

  static let rewrites = [
    // Live units, units that are gone, units that never were, the last layer.
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.unit", [0, 0])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.unit", [0, 3])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.unit", [2, 0])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.unit", [3, 0])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.unit", [0, .integer(1 << 53)])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.unit", [.integer(1 << 53), 0])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.1.unit", [0, 2])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.2.unit", [1, 2])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.2.unit", [1, 0])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.3.unit", [0, 0])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.3.unit", [1, 1])),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.3.rule", "remove-inactive")),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.3.rule", "fold-constant")),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.1.rule", "remove-unread")),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.4", unitRewrite("remove-inactive", [0, 2]))),
    // Unit 2 of layer 0 is read by unit 3 of layer 1 until that is folded.
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.0.rule", "remove-unread")),
    // Without step 0 and 1 the interval of unit 0 of layer 1 reaches above 0.
    RuleCase(
      .hinge, .rewrite, ("steps", []), ("verdicts.4.stability", "undecided"),
      ("verdicts.4.limit", "10 nodes"), ("verdicts.4.upper", "0x1p0")),
    // An identity unit is not inactive, however negative.
    RuleCase(.folded, .rewrite, ("pruning.rewrites.0", unitRewrite("remove-inactive", [0, 0]))),
    // Layers with an unstable unit, the last one, none, one that is gone, one with units.
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.4", layerRewrite("fold-layer", 0))),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.4", layerRewrite("fold-layer", 1))),
    RuleCase(.hinge, .rewrite, ("pruning.rewrites.4", layerRewrite("fold-layer", 2))),
    RuleCase(.folded, .rewrite, ("pruning.rewrites.0.layer", 1)),
    RuleCase(.folded, .rewrite, ("pruning.rewrites.0.layer", 3)),
    RuleCase(.folded, .rewrite, ("pruning.rewrites.0.layer", .integer(1 << 53))),
    RuleCase(.folded, .rewrite, ("pruning.rewrites.1", layerRewrite("fold-layer", 0))),
    RuleCase(.folded, .rewrite, ("pruning.rewrites.0.rule", "make-constant")),
    RuleCase(.constant, .rewrite, ("pruning.rewrites.1.rule", "fold-layer")),
    RuleCase(.constant, .rewrite, ("pruning.rewrites.1.layer", 1)),
    RuleCase(.constant, .rewrite, ("pruning.rewrites.1.layer", 2)),
    RuleCase(.constant, .rewrite, ("pruning.rewrites.2", layerRewrite("make-constant", 0))),
    RuleCase(.constant, .rewrite, ("pruning.rewrites.0", nil)),
  ]

  static let kept = [
    RuleCase(.hinge, .kept, ("pruning.kept", [])),
    RuleCase(.hinge, .kept, ("pruning.kept.0", nil)),
    RuleCase(.hinge, .kept, ("pruning.kept.0.units", [1, 0])),
    RuleCase(.hinge, .kept, ("pruning.kept.0.units.1", 3)),
    RuleCase(.hinge, .kept, ("pruning.kept.0.units.2", .integer(1 << 53))),
    RuleCase(.hinge, .kept, ("pruning.kept.0.layer", .integer(1 << 53))),
    RuleCase(.hinge, .kept, ("pruning.kept.2.layer", 1)),
    RuleCase(.folded, .kept, ("pruning.kept.0.layer", 0)),
    // A rewrite less, and all else as it was.
    RuleCase(.hinge, .kept, ("pruning.rewrites.3", nil)),
    RuleCase(.folded, .kept, ("pruning.rewrites", [])),
  ]

  static let results = [
    RuleCase(.hinge, .resultNetwork, ("pruning", .null)),
    RuleCase(.hinge, .resultNetwork, ("pruning.result.network", otherDigest)),
    RuleCase(
      .hinge, .resultNetwork, ("pruning.result.network", .string(Toy.hinge.network.digest))),
    // No layer may be left without units.
    RuleCase(
      .constant, .resultNetwork, ("pruning.rewrites.1", nil),
      (
        "pruning.kept",
        [
          ["layer": 0, "units": []], ["layer": 1, "units": [0]], ["layer": 2, "units": [0]],
        ]
      )),
    RuleCase(.hinge, .resultDigest, ("pruning.result.file.sha256", otherDigest)),
    RuleCase(
      .hinge, .resultDigest,
      ("pruning.result.file.sha256", .string(Toy.hinge.subject.model.sha256))),
    RuleCase(.folded, .difference, ("pruning.difference.0", "0x1p-47")),
    RuleCase(.folded, .difference, ("pruning.difference.0", "0x1fffffffffffffp-99")),
    RuleCase(.folded, .difference, ("pruning.difference", ["0"])),
    RuleCase(.folded, .difference, ("pruning.difference", [])),
    RuleCase(.folded, .difference, ("pruning.difference.1", "0x1p-46")),
    RuleCase(.hinge, .difference, ("pruning.difference.0", "-0x1p-65536")),
  ]

  static let accepted = [
    RuleCase(.hinge, nil, ("pruning.result.file.name", "renamed")),
    RuleCase(.hinge, nil, ("pruning.difference.0", "0x1p0")),
    RuleCase(.folded, nil, ("pruning.difference.0", "0x1000000000001p-94")),
    // The order of rewrites that do not touch each other is free; so is another rule that fits.
    RuleCase(
      .hinge, nil, ("pruning.rewrites.0.unit", [1, 0]), ("pruning.rewrites.1.unit", [0, 2])),
    RuleCase(
      .constant, nil, ("pruning.rewrites.1", nil), ("pruning.rewrites.0", nil),
      ("pruning.rewrites.0", unitRewrite("remove-inactive", [0, 0])),
      ("pruning.rewrites.1", unitRewrite("fold-constant", [1, 0])),
      ("pruning.rewrites.2", layerRewrite("make-constant", 1))),
  ]

  private static let otherDigest = JSONValue.string(String(repeating: "0", count: 64))
  private static func unitRewrite(_ rule: String, _ unit: JSONValue) -> JSONValue {
    ["rule": .string(rule), "unit": unit]
  }
  private static func layerRewrite(_ rule: String, _ layer: Int) -> JSONValue {
    ["rule": .string(rule), "layer": .integer(layer)]
  }
}
