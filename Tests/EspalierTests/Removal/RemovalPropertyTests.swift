import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// What every plan promises, for random networks and options.
@Suite struct RemovalPropertyTests {
  /// How many samples each group tries.
  private static let count = AttackScale.count(inTests: 150, inAttack: 20_000)

  @Test(arguments: 0..<4)
  func plansKeepTheirPromises(group: Int) throws {
    var counts: [String: Int] = [:]
    for number in 0..<Self.count {
      let seed = UInt64(group * 1_000_000 + number)
      let sample = try RemovalSample(seed: seed)
      let proved = try CertificateChecker.replay(
        [], network: ExactNetwork(sample.network), domain: sample.domain)
      guard let plan = try Self.plan(sample, proved) else {
        counts["error too small", default: 0] += 1
        continue
      }
      let promises = PlanPromises(sample, proved, plan, seed: seed)
      let broken = try promises.broken()
      #expect(broken == [], "seed \(seed): \(plan.items.map(\.rewrite))")
      for rule in Set(plan.items.map { "\($0.rule.rawValue) \($0.rewrite.rule)" }) {
        counts[rule, default: 0] += 1
      }
      counts["argmax", default: 0] += plan.argmax == nil ? 0 : 1
      counts["float", default: 0] += plan.floatDifference == nil ? 0 : 1
    }
    print("removal properties \(group): \(counts.sorted { $0.key < $1.key })")
    // Every rewrite comes up.
    let rules = [
      "R1 remove-inactive", "R2 fold-constant", "R3 remove-unread", "R4 substitute",
      "R5 replace-linear", "R6 fold-layer", "R7 make-constant", "R8 substitute",
      "R9 substitute",
    ]
    for rule in rules { #expect(counts[rule] != nil, "\(rule)") }
  }

  /// The plan; nil if rounding alone makes a larger difference than allowed.
  private static func plan(
    _ sample: RemovalSample, _ proved: ProofState
  ) throws(RemovalFailure) -> RemovalPlan? {
    do throws(RemovalFailure) {
      return try RemovalPlanner(proved: proved, options: sample.options).plan()
    } catch {
      if case .errorTooSmall = error { return nil }
      throw error
    }
  }
}
