import CBCBackend
import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Claims whose exact maximum or minimum is 0: each is decided, and right.
@Suite struct TieTests {
  /// One line of the table.
  struct Family: CustomTestStringConvertible, Sendable {
    let inputCount: Int
    let width: Int
    let layerCount: Int
    /// Units are scaled by powers of two up to this exponent; beyond 60 in float64.
    let exponent: Int

    var testDescription: String {
      "\(inputCount) inputs, \(layerCount) layers of \(width), scales up to 2^\(exponent)"
    }
  }

  static let families = plainFamilies + (AttackScale.isFull ? largeFamilies : [])

  private static let plainFamilies = [
    Family(inputCount: 2, width: 2, layerCount: 2, exponent: 0),
    Family(inputCount: 2, width: 2, layerCount: 2, exponent: 600),
    Family(inputCount: 3, width: 4, layerCount: 3, exponent: 0),
    Family(inputCount: 3, width: 4, layerCount: 3, exponent: 40),
    Family(inputCount: 3, width: 4, layerCount: 3, exponent: 600),
    Family(inputCount: 5, width: 8, layerCount: 2, exponent: 0),
    Family(inputCount: 5, width: 8, layerCount: 2, exponent: 40),
    Family(inputCount: 64, width: 50, layerCount: 2, exponent: 0),
  ]

  private static let largeFamilies = [
    Family(inputCount: 5, width: 6, layerCount: 3, exponent: 600),
    Family(inputCount: 8, width: 10, layerCount: 4, exponent: 0),
    Family(inputCount: 16, width: 12, layerCount: 3, exponent: 0),
    Family(inputCount: 64, width: 50, layerCount: 4, exponent: 0),
  ]

  @Test(arguments: families) func tiesAreDecidedRight(family: Family) throws {
    let isLarge = family.inputCount > 16
    let count = AttackScale.count(inTests: 1, inAttack: isLarge ? 1 : 4)
    var settled: [String: Int] = [:]
    for seed in 1...UInt64(count) {
      for (i, identity) in TieIdentity.allCases.enumerated() {
        let kinds = TieDomain.allCases
        // In a plain run, and where it takes long, each identity meets one kind of domain.
        let used =
          AttackScale.isFull && !isLarge ? kinds : [kinds[(i + family.exponent) % kinds.count]]
        for kind in used {
          let stage = try decide(identity, family, kind, seed: seed)
          settled[stage, default: 0] += 1
        }
      }
    }
    print("\(family.testDescription), seeds 1...\(count): settled by \(settled)")
  }

  /// Decides the tie and returns the stage that settled it.
  private func decide(
    _ identity: TieIdentity, _ family: Family, _ kind: TieDomain, seed: UInt64
  ) throws -> String {
    var generator = SplitMix64(seed: seed)
    let domain = try kind.make(inputCount: family.inputCount, using: &generator)
    let shape = TieNetwork.Shape(
      inputCount: family.inputCount, width: family.width, layerCount: family.layerCount,
      largestExponent: family.exponent, scalarType: family.exponent > 60 ? .float64 : .float32)
    let tie = try TieNetwork([identity], shape: shape, reach: 1, using: &generator)
    let result = try CheckedAnalysis.result(on: tie.network, domain)
    let name = "\(identity) on \(kind), \(family.testDescription), seed \(seed)"
    #expect(result.verdicts.allSatisfy { $0.stability != .undecided }, "\(name)")
    let (unit, sign) = tie.targets[0]
    let verdict = try #require(result.verdicts.first { $0.unit == unit })
    let isRight =
      switch sign {
      case .atMostZero: verdict.bounds.upper.signum <= 0
      case .atLeastZero: verdict.bounds.lower.signum >= 0
      case .zero: verdict.bounds.upper.signum <= 0 || verdict.bounds.lower.signum >= 0
      }
    #expect(isRight && verdict.stability != .unstable, "\(name): \(verdict.stability)")
    return verdict.settledBy
  }

  /// A unit that is 0 everywhere is read as one that is on, by the exact engine alone too.
  @Test func unitsThatAreZeroAreNoObstacle() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1, -1], [-1, 1], [0, 0]]), biases: [0, 0, 0], activation: .relu),
        Layer(
          weights: Matrix(rows: [[1, 1, 3], [1, -1, -2]]), biases: [-2, 0], activation: .relu),
      ], scalarType: .float32)
    var analysis = try StabilityAnalysis(
      network: network, domain: InputDomain(box: Box(lower: 0, upper: 1, count: 2)),
      options: AnalysisOptions(engines: [.exact]),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    let stabilities = analysis.run().verdicts.map(\.stability)
    #expect(stabilities[2...] == [.stablyInactive, .stablyInactive, .unstable])
  }

  /// Forms of the input that reach 0 on the edge of rows and balls alone, and what reads them.
  @Test func formsTouchZeroOnRowsAndBalls() throws {
    let count = AttackScale.count(inTests: 20, inAttack: 400)
    for seed in 1...UInt64(count) {
      var generator = SplitMix64(seed: 5000 + seed)
      let inputCount = Int.random(in: 2...12, using: &generator)
      let kind = seed % 2 == 0 ? TieDomain.ball : .everything
      let domain = try kind.make(inputCount: inputCount, using: &generator)
      let forms = Self.touchingForms(domain, using: &generator)
      let network = try Network(
        layers: [
          Layer(
            weights: Matrix(rows: forms.map(\.weights)), biases: forms.map(\.bias),
            activation: .relu),
          Layer(
            weights: Matrix(rows: [[0, 1, 0, 0], [0, -1, 0.5, 0]]), biases: [0, 0],
            activation: .relu),
        ], scalarType: .float64)
      let verdicts = try CheckedAnalysis.verdicts(on: network, domain)
      let expected: [Stability] = [
        .stablyInactive, .stablyActive, .stablyActive, .stablyInactive, .stablyActive,
      ]
      #expect(verdicts.dropLast().map(\.stability) == expected, "seed \(seed)")
      // The last unit is 0 everywhere and may be called either.
      let last = verdicts.last?.stability
      #expect(last == .stablyInactive || last == .stablyActive, "seed \(seed)")
    }
    print("seeds 5001...\(5000 + count): forms that touch 0 on rows and balls")
  }

  /// What is at most 0 on the ball; the same negated; twice that; and what is at most 0 where the
  /// ball and both rows meet.
  private static func touchingForms(
    _ domain: InputDomain, using generator: inout SplitMix64
  ) -> [(weights: [Double], bias: Double)] {
    guard let ball = domain.ball else { return [] }
    var weights = ball.center.map { _ in Double(Int.random(in: -6...6, using: &generator)) / 4 }
    weights[0] = 1.75
    let bias = zip(weights, ball.center).reduce(-1.75 * ball.radius) { $0 - $1.0 * $1.1 }
    var mixed = weights
    var mixedBias = bias
    for (i, row) in domain.rows.enumerated() {
      let factor = Double(i + 1) / 2
      for term in row.terms { mixed[term.input] += factor * term.coefficient }
      mixedBias -= factor * row.bound
    }
    return [
      (weights, bias), (weights.map { -$0 }, -bias), (weights.map { -2 * $0 }, -2 * bias),
      (mixed, mixedBias),
    ]
  }
}
