import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import Testing

/// `floatDifference` and `argmax` by hand, and every way to be refused.
@Suite struct OutputClaimTests {
  /// Outputs `h + 5`, `h` and `2h` of `h = relu(x)`.
  private static func scene(_ activation: Activation = .identity) throws -> RewriteScene {
    try RewriteScene([
      .init([[1]], [0]), .init([[1], [1], [2]], [5, 0, 0], activation),
    ])
  }

  private static let hair = Dyadic(0x1p-100)

  @Test func floatDifferences() throws {
    let both = BothCheckers("OutputClaimTests, floatDifferences")
    let scene = try Self.scene()
    let bound = FloatEvaluationBound(try scene.proved(), plainLayerCount: 2)
    // Both networks are the same, so that each adds its error.
    let values = (0..<3).compactMap { bound.error(of: UnitID(layer: 1, index: $0)) }.map { $0 + $0 }
    func rule(_ values: [Dyadic]?) throws -> CheckRule? {
      try scene.rule(
        scene.unchanged(difference: [0, 0, 0], floatDifference: values), scene.file, both)
    }
    #expect(try rule(nil) == nil)
    #expect(try rule(values) == nil)
    #expect(try rule(values.map { $0 + .one }) == nil)
    for i in 0..<3 {
      var smaller = values
      smaller[i] -= Self.hair
      #expect(try rule(smaller) == .floatDifference)
      smaller[i] = .zero
      #expect(try rule(smaller) == .floatDifference)
    }
    #expect(try rule([]) == .floatDifference)
    #expect(try rule(Array(values.dropLast())) == .floatDifference)
    #expect(try rule(values + [.one]) == .floatDifference)
    try both.finish()
  }

  /// Folding leaves one rounding less, and the difference over the reals counts.
  @Test func floatDifferencesOfOtherNetworks() throws {
    let both = BothCheckers("OutputClaimTests, floatDifferencesOfOtherNetworks")
    let scene = try RewriteScene([
      .init([[1]], [2]), .init([[1]], [0], .identity),
    ])
    let small = try Network(
      layers: [Layer(weights: Matrix(rows: [[0]]), biases: [2], activation: .identity)],
      scalarType: .float32)
    let file = try ModelBytes(writing: small, name: "small.onnx")
    let before = FloatEvaluationBound(try scene.proved(), plainLayerCount: 2)
    // One term that is 0 and a bias of 2: |b| γ with n = 0 counted terms, and τ.
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 1))
    let after = FloatEvaluationBound(
      try CertificateChecker.replay([], network: ExactNetwork(small), domain: domain),
      plainLayerCount: 1)
    let old = try #require(before.error(of: UnitID(layer: 1, index: 0)))
    let new = try #require(after.error(of: UnitID(layer: 0, index: 0)))
    for (bound, expected) in [
      (.one + old + new, nil), (.one + old + new - Self.hair, .floatDifference),
      (.one + new, .floatDifference), (old + new, .floatDifference),
    ] as [(Dyadic, CheckRule?)] {
      let pruning = Pruning(
        rewrites: [.substitute(0, 0, [], 2), .makeConstant(0)],
        kept: [.init(layer: 1, units: [0])], difference: [.one], floatDifference: [bound],
        argmax: nil, file: file.checked.files[0], networkDigest: file.network.digest)
      #expect(try scene.rule(pruning, file, both) == expected)
    }
    try both.finish()
  }

  /// Nothing is proved where a sum may overflow or a layer is evaluated in several steps.
  @Test func floatDifferencesNeedPlainLayers() throws {
    let both = BothCheckers("OutputClaimTests, floatDifferencesNeedPlainLayers")
    let huge = try RewriteScene([.init([[0x1p127], [1]], [0x1p127, 0], .identity)])
    let most = Dyadic.one.scaled(byPowerOfTwo: 200)
    #expect(
      try huge.rule(
        huge.unchanged(difference: [0, 0], floatDifference: [most, most]), huge.file, both)
        == .floatDifference)
    let toy = Toy.spare
    let result = try #require(toy.result)
    for (before, after) in [(2, 1), (1, 2), (0, 0), (2, 2)] {
      let model = CheckedModel(
        files: toy.model.files, network: toy.network, plainLayerCount: before)
      let small = CheckedModel(
        files: result.files, network: result.network, plainLayerCount: after)
      do throws(CheckFailure) {
        try CertificateChecker.check(toy.certificate, model: model, result: small)
        #expect((before, after) == (2, 2))
      } catch {
        #expect(error.rule == .floatDifference && (before, after) != (2, 2))
      }
    }
    try both.finish()
  }

  // MARK: argmax

  @Test func classes() throws {
    let both = BothCheckers("OutputClaimTests, classes")
    let scene = try Self.scene()
    // The leads over output 0 are -5 and, with h at most 1, -4.
    func rule(
      _ outputClass: Int, _ leaves: [Leaf], _ difference: [Double] = [0, 0, 0],
      _ floats: [Double]? = nil
    ) throws -> CheckRule? {
      try scene.rule(
        scene.unchanged(
          difference: difference, floatDifference: floats.map { $0.map { Dyadic($0) } },
          argmax: .init(outputClass: outputClass, leaves: leaves)), scene.file, both)
    }
    let two = [leaf(), leaf()]
    #expect(try rule(0, two) == nil)
    #expect(try rule(0, [leaf([(0, 0, -1)]), leaf([(0, 0, 1)])]) == nil)
    for other in [1, 2, 3, 1 << 53] { #expect(try rule(other, two) == .argmax) }
    for leaves in [[], [leaf()], two + [leaf()]] { #expect(try rule(0, leaves) == .argmax) }
    // Both differences count, and a tie is no lead.
    #expect(try rule(0, two, [2.5, 2.25, 1.25]) == nil)
    #expect(try rule(0, two, [2.5, 2.5, 1.25]) == .argmax)
    #expect(try rule(0, two, [2.5, 2.25, 1.5]) == .argmax)
    #expect(try rule(0, two, [4, 0, 0]) == .argmax)
    #expect(try rule(0, two, [0, 5, 0]) == .argmax)
    // Those of runtimes stand in for the others.
    #expect(try rule(0, two, [9, 9, 9], [1, 1, 1]) == nil)
    #expect(try rule(0, two, [0, 0, 0], [2, 1, 2]) == .argmax)
    #expect(try rule(0, two, [0, 0, 0], [2, 1, 1.75]) == nil)
    // Leaves: a unit that is none, of the last layer, twice, not ascending, no such row or ball.
    for wrong in [
      leaf([(0, 1, 1)]), leaf([(1, 0, 1)]), leaf([(1, 3, 1)]), leaf([(2, 0, 1)]),
      leaf([(0, 0, 1), (0, 0, 1)]), leaf(rows: [(0, 1)]), leaf(ball: 1),
    ] {
      #expect(try rule(0, [wrong, leaf()]) == .multiplier)
      #expect(try rule(0, [leaf(), wrong]) == .multiplier)
    }
    // Multipliers that prove too little: 5h is at most 5.
    #expect(try rule(0, [leaf([(0, 0, 9)]), leaf()]) == .argmax)
    #expect(try rule(0, [leaf(), leaf([(0, 0, -9)])]) == .argmax)
    try both.finish()
  }

  /// The outputs must be identity units, and at least two.
  @Test func classesOfOtherOutputs() throws {
    let both = BothCheckers("OutputClaimTests, classesOfOtherOutputs")
    let relu = try Self.scene(.relu)
    #expect(
      try relu.rule(
        relu.unchanged(
          difference: [0, 0, 0], argmax: .init(outputClass: 0, leaves: [leaf(), leaf()])),
        relu.file, both) == .argmax)
    let single = try RewriteScene([.init([[1]], [0], .identity)])
    #expect(
      try single.rule(
        single.unchanged(difference: [0], argmax: .init(outputClass: 0, leaves: [])),
        single.file, both) == .argmax)
    try both.finish()
  }

  /// Members that may not be there.
  @Test func documents() throws {
    let both = BothCheckers("OutputClaimTests, documents")
    try both.expect([
      RuleCase(.spare, nil),
      RuleCase(.spare, nil, ("pruning.argmax", .null), ("pruning.floatDifference", .null)),
      RuleCase(.spare, .syntax, ("pruning.argmax", nil)),
      RuleCase(.spare, .syntax, ("pruning.floatDifference", nil)),
      RuleCase(.spare, .syntax, ("pruning.argmax.leaves.0.m", "0x1p0")),
      RuleCase(.spare, .syntax, ("pruning.argmax.class", "0")),
      RuleCase(.spare, .argmax, ("pruning.argmax.class", 1)),
      RuleCase(.spare, .argmax, ("pruning.argmax.leaves.0", nil)),
      RuleCase(.spare, .floatDifference, ("pruning.floatDifference.0", "0")),
      RuleCase(.spare, .floatDifference, ("pruning.floatDifference.1", nil)),
      RuleCase(.spare, .syntax, ("pruning.rewrites.0.constant", nil)),
      RuleCase(.spare, .syntax, ("pruning.rewrites.0.by.0", [2])),
      RuleCase(.spare, .syntax, ("pruning.rewrites.0.by.0", [2, "0x1p1", 0])),
      RuleCase(.spare, .syntax, ("pruning.rewrites.1.shift", nil)),
      RuleCase(.spare, .syntax, ("pruning.rewrites.1.layer", 0)),
      RuleCase(.spare, .syntax, ("pruning.rewrites.3.by", "rows")),
      RuleCase(.spare, .syntax, ("pruning.rewrites.3.by.mix", nil)),
      RuleCase(.spare, .syntax, ("pruning.rewrites.3.by.inputs", true)),
      RuleCase(.spare, .syntax, ("pruning.rewrites.3.shifts", nil)),
      // One new unit for the one input is the same here.
      RuleCase(.spare, nil, ("pruning.rewrites.3.by", "inputs")),
      RuleCase(.spare, .rewrite, ("pruning.rewrites.3.by.mix", [])),
      RuleCase(.spare, .resultNetwork, ("pruning.rewrites.0.by.0.0", 3)),
      RuleCase(.spare, .rewrite, ("pruning.rewrites.0.by.0.0", 4)),
      RuleCase(.spare, .rewrite, ("pruning.rewrites.0.by.0.1", "0")),
      RuleCase(.spare, .resultNetwork, ("pruning.rewrites.0.by.0.1", "0x1p0")),
      RuleCase(.spare, .rewrite, ("pruning.rewrites.1.shift", "0x1p-1")),
      RuleCase(.spare, .kept, ("pruning.kept.0.units", [2, 5])),
    ])
    try both.finish()
  }
}
