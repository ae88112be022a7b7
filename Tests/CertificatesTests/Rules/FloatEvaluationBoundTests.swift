import ExactArithmetic
import NeuralNetwork
import StrictJSON
import Testing

@testable import Certificates

/// The bound on rounding, with numbers worked by hand, and the rule `float-safe`.
@Suite struct FloatEvaluationBoundTests {
  /// A number as a sum of multiples of powers of two.
  private static func sum(_ terms: (Int, Int)...) -> Dyadic {
    terms.reduce(.zero) { $0 + Dyadic($1.0).scaled(byPowerOfTwo: $1.1) }
  }

  private static func bound(
    _ layers: [Layer], box: Box, type: ScalarType = .float32,
    intervals: [[Interval]]? = nil, plainLayerCount: Int? = nil
  ) throws -> FloatEvaluationBound {
    let network = ExactNetwork(try Network(layers: layers, scalarType: type))
    let domain = try InputDomain(box: box)
    let proved =
      try intervals.map { ProofState(network: network, domain: domain, assuming: $0) }
      ?? CertificateChecker.replay([], network: network, domain: domain)
    return FloatEvaluationBound(proved, plainLayerCount: plainLayerCount ?? layers.count)
  }

  private static func layer(
    _ rows: [[Double]], _ biases: [Double], _ activation: Activation = .relu
  ) -> Layer {
    Layer(weights: Matrix(rows: rows), biases: biases, activation: activation)
  }

  private static func unit(_ layer: Int, _ index: Int) -> UnitID {
    UnitID(layer: layer, index: index)
  }

  // MARK: Numbers by hand

  /// n = 1: c = 2^-23, γ = 2^-23 + 2^-45, A = 2, τ = 2^-125 · 6 is less than the last place of
  /// γ A = 2^-22 + 2^-44 and rounds up to it: 2^-74.
  static let oneTerm = sum((1, -22), (1, -44), (1, -74))

  @Test func oneTermInFloat32() throws {
    let bound = try Self.bound([Self.layer([[1]], [-1])], box: Box(lower: -1, upper: 1, count: 1))
    #expect(bound.error(of: Self.unit(0, 0)) == Self.oneTerm)
  }

  /// c = 2^-52, γ = 2^-52 + 2^-103, A = 2, one last place for τ.
  @Test func oneTermInFloat64() throws {
    let bound = try Self.bound(
      [Self.layer([[1]], [-1])], box: Box(lower: -1, upper: 1, count: 1), type: .float64)
    #expect(bound.error(of: Self.unit(0, 0)) == Self.sum((1, -51), (1, -102), (1, -103)))
  }

  /// A weight of 0 and an input that is always 0 do not count.
  ///
  /// n = 2, c = 3 · 2^-24, A = 1/2 + 1 + 2: γ A = 21 · 2^-25 + 63 · 2^-48.
  @Test func zerosDoNotCount() throws {
    let bound = try Self.bound(
      [Self.layer([[1, -2, 0, 7]], [0.5])],
      box: Box(lower: [0, -1, -9, 0], upper: [1, 0, 9, 0]))
    #expect(bound.error(of: Self.unit(0, 0)) == Self.sum((21, -25), (63, -48), (1, -73)))
  }

  /// Where nothing is summed up, nothing is rounded.
  @Test func nothingIsExact() throws {
    let bound = try Self.bound(
      [Self.layer([[0, 1], [0, 0], [1, 0]], [0, 0, 0])], box: Box(lower: [0, 0], upper: [1, 0]))
    #expect(bound.error(of: Self.unit(0, 0)) == .zero)
    #expect(bound.error(of: Self.unit(0, 1)) == .zero)
    #expect(bound.error(of: Self.unit(0, 2)) != .zero)
    #expect(bound.isFloatSafe(Self.unit(0, 0), .stablyInactive))
    #expect(bound.isFloatSafe(Self.unit(0, 0), .stablyActive))
    #expect(!bound.isFloatSafe(Self.unit(0, 0), .undecided))
  }

  /// Everything at the scale of underflow: A = 2^-140, so τ = 2 · 2^-126 (2 + 2 + 1 + 2^-140)
  /// is the bound, but for one last place.
  @Test func underflowCounts() throws {
    let bound = try Self.bound(
      [Self.layer([[1]], [0])], box: Box(lower: 0, upper: 0x1p-140, count: 1))
    let error = try #require(bound.error(of: Self.unit(0, 0)))
    #expect(error > Self.sum((10, -126)) && error < Self.sum((10, -126), (1, -160)))
  }

  private static let twoLayers = [
    layer([[1], [1], [1]], [0, -2, -1]), layer([[1, 1, 2]], [0]),
  ]
  /// The third unit is off by no more than 2^-24.
  private static let twoLayerIntervals = [
    [interval(-1, 1), interval(-3, -1), interval(-2, -0x1p-24)], [interval(-1, 1)],
  ]

  /// A unit that is off over the reals hands on what rounding may leave of it.
  ///
  /// d = 2^-23 + 2^-45 + 2^-75, then 0, then e - 2^-24 with e of `oneTerm`, though H is 0 there.
  /// n = 2, c = 3 · 2^-24, Σ|W|d = 2^-21 + 5 · 2^-45 + 5 · 2^-75, A = 1 + that, rounded up.
  @Test func errorsAreInherited() throws {
    let bound = try Self.bound(
      Self.twoLayers, box: Box(lower: -1, upper: 1, count: 1), intervals: Self.twoLayerIntervals)
    #expect(
      bound.error(of: Self.unit(1, 0)) == Self.sum((11, -24), (41, -47), (33, -69), (1, -72)))
  }

  /// An identity unit hands on its whole error, whatever its sign.
  @Test func identityUnitsHandOnTheirError() throws {
    let error = try [Activation.relu, .identity].map { activation in
      try Self.bound(
        [Self.layer([[1]], [-3], activation), Self.layer([[1]], [0])],
        box: Box(lower: -1, upper: 1, count: 1)
      ).error(of: Self.unit(1, 0))
    }
    #expect(error[0] == .zero)
    #expect(error[1].map { $0 > Self.sum((1, -22)) } == true)
  }

  // MARK: The boundary

  @Test(arguments: [
    (Stability.stablyInactive, sum((-3, 0)), -oneTerm, true),
    (.stablyInactive, sum((-3, 0)), -oneTerm + sum((1, -74)), false),
    (.stablyInactive, sum((-3, 0)), -oneTerm + sum((1, -200)), false),
    (.stablyInactive, sum((-3, 0)), .zero, false),
    (.stablyActive, oneTerm, .one, true),
    (.stablyActive, oneTerm - sum((1, -74)), .one, false),
    (.stablyActive, .zero, .one, false),
    (.unstable, oneTerm, .one, false),
  ])
  func boundariesAreExact(
    stability: Stability, lower: Dyadic, upper: Dyadic, isSafe: Bool
  ) throws {
    let bound = try Self.bound(
      [Self.layer([[1]], [-1])], box: Box(lower: -1, upper: 1, count: 1),
      intervals: [[Interval(lower, upper)]])
    #expect(bound.isFloatSafe(Self.unit(0, 0), stability) == isSafe)
  }

  // MARK: Where nothing is said

  @Test func layersThatAreNotPlainHaveNoBound() throws {
    for count in 0...2 {
      let bound = try Self.bound(
        Self.twoLayers, box: Box(lower: -1, upper: 1, count: 1), plainLayerCount: count)
      #expect((bound.error(of: Self.unit(0, 1)) != nil) == (count > 0))
      #expect((bound.error(of: Self.unit(1, 0)) != nil) == (count > 1))
    }
  }

  /// `A (1 + γ) + τ` is above 2^127 for the second unit only, and for all that read its layer.
  @Test func overflowHasNoBound() throws {
    let layers = [
      Self.layer([[1], [1]], [0, 0x1p126]), Self.layer([[1, 0]], [0]), Self.layer([[1]], [0]),
    ]
    let bound = try Self.bound(layers, box: Box(lower: 0, upper: 0x1p126, count: 1))
    #expect(bound.error(of: Self.unit(0, 0)) != nil)
    #expect(bound.error(of: Self.unit(0, 1)) == nil)
    #expect(bound.error(of: Self.unit(1, 0)) == nil)
    #expect(bound.error(of: Self.unit(2, 0)) == nil)
  }

  /// With n = 1 and no bias, (2^127 - τ) / (1 + γ) lies between 2^127 - 2^104 - 2^81 and the next
  /// double.
  @Test func overflowIsExact() throws {
    let limit = 0x1p127 - 0x1p104 - 0x1p81
    for (upper, isCovered) in [(limit, true), (limit.nextUp, false)] {
      let bound = try Self.bound(
        [Self.layer([[1]], [0])], box: Box(lower: 0, upper: upper, count: 1))
      #expect((bound.error(of: Self.unit(0, 0)) != nil) == isCovered)
    }
  }

  @Test(arguments: [(1 << 20, false), ((1 << 20) - 1, true)])
  func sumsOfAMillionTermsHaveNoBound(termCount: Int, isCovered: Bool) {
    let sums = LayerReading.Sums(
      termCount: termCount, factors: .one, size: .one, inherited: .zero)
    #expect((FloatEvaluationBound.error(of: sums, in: .float32) != nil) == isCovered)
  }

  // MARK: The rule

  @Test(arguments: [
    RuleCase(.hinge, nil, ("verdicts.2.floatSafe", true)),
    RuleCase(.hinge, nil, ("verdicts.2.floatSafe", nil)),
    RuleCase(.hinge, nil, ("verdicts.3.floatSafe", true), ("verdicts.5.floatSafe", true)),
    RuleCase(.hinge, nil, ("verdicts.7.floatSafe", true)),
    // Its greatest value is 0, so there is no room for rounding.
    RuleCase(.hinge, .floatSafe, ("verdicts.4.floatSafe", true)),
    RuleCase(.branches, .floatSafe, ("verdicts.2.floatSafe", true)),
    // Bounds in the verdict are not the proved ones: lying there does not help.
    RuleCase(.hinge, .verdictBound, ("verdicts.4.floatSafe", true), ("verdicts.4.upper", "-0x1p0")),
    RuleCase(.hinge, .syntax, ("verdicts.0.floatSafe", true)),
    RuleCase(.branches, .syntax, ("verdicts.1.floatSafe", true)),
    RuleCase(.hinge, .syntax, ("verdicts.2.floatSafe", false)),
    RuleCase(.hinge, .syntax, ("verdicts.2.floatSafe", "true")),
    RuleCase(.hinge, .syntax, ("verdicts.2.floatSafe", 1)),
    RuleCase(.hinge, .syntax, ("verdicts.2.floatSafe", .null)),
    RuleCase(.hinge, .syntax, ("verdicts.2.floatsafe", true)),
  ])
  func rule(row: RuleCase) {
    #expect(row.toy.ruleBroken(by: row.document) == row.rule)
  }

  /// A promise about a layer that a runtime evaluates in more steps is refused.
  @Test func promisesNeedPlainLayers() throws {
    let toy = Toy.hinge
    for (verdict, count, isAccepted) in [(2, 1, true), (2, 0, false), (5, 2, true), (5, 1, false)] {
      let document = toy.json.replacing("verdicts.2.floatSafe", with: nil)
        .replacing("verdicts.5.floatSafe", with: nil)
        .replacing("verdicts.\(verdict).floatSafe", with: true)
      let certificate = try Certificate(decoding: JSONWriter.write(document))
      let model = CheckedModel(
        files: toy.model.files, network: toy.network, plainLayerCount: count)
      do throws(CheckFailure) {
        try CertificateChecker.check(certificate, model: model, result: toy.result)
        #expect(isAccepted)
      } catch {
        #expect(error.rule == .floatSafe && !isAccepted, "\(error)")
        #expect(error.place == "$.verdicts[\(verdict)].floatSafe")
      }
    }
  }
}
