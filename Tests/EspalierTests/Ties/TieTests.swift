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

  static let families: [Family] = [
    Family(inputCount: 2, width: 2, layerCount: 2, exponent: 0),
    Family(inputCount: 2, width: 2, layerCount: 2, exponent: 600),
    Family(inputCount: 3, width: 4, layerCount: 3, exponent: 0),
    Family(inputCount: 3, width: 4, layerCount: 3, exponent: 40),
    Family(inputCount: 3, width: 4, layerCount: 3, exponent: 600),
    Family(inputCount: 5, width: 8, layerCount: 2, exponent: 0),
    Family(inputCount: 5, width: 8, layerCount: 2, exponent: 40),
    Family(inputCount: 64, width: 50, layerCount: 2, exponent: 0),
  ]

  @Test(arguments: families) func tiesAreDecidedRight(family: Family) throws {
    let isLarge = family.inputCount > 16
    let count = AttackScale.count(inTests: isLarge ? 1 : 1, inAttack: isLarge ? 2 : 5)
    var settled: [String: Int] = [:]
    for seed in 1...UInt64(count) {
      for (i, identity) in TieIdentity.allCases.enumerated() {
        let kinds = TieDomain.allCases
        // In a plain run each identity meets one kind of domain per family.
        let used = AttackScale.isFull ? kinds : [kinds[(i + family.exponent) % kinds.count]]
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
}
