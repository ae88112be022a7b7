import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Verdicts before and after changes of a network that leave its units what they are.
@Suite struct MetamorphicAttackTests {
  /// The parts into which the seeds are divided.
  static let shards = 10

  @Test(arguments: 0..<shards) func changesKeepVerdicts(shard: Int) throws {
    let count = AttackScale.count(inTests: 500, inAttack: 5000) / Self.shards
    let seeds = (0..<count).map { UInt64(2 * 1000 * 1000 + shard * count + $0) }
    var counts: [String: Int] = [:]
    for seed in seeds {
      var sample = try AttackSample(seed: seed)
      let before = try CheckedAnalysis.result(on: sample.network, sample.domain)
      #expect(before.verdicts.allSatisfy { $0.stability != .undecided }, "seed \(seed)")
      let kinds = NetworkChange.allCases
      let change = kinds[Int.random(in: 0..<kinds.count, using: &sample.generator)]
      if let outcome = try change.make(sample, using: &sample.generator) {
        counts[change.rawValue, default: 0] += 1
        try expect(before, outcome, "seed \(seed), \(change)")
      } else {
        counts["bisection", default: 0] += 1
        try bisect(sample, before)
      }
    }
    let list = counts.sorted { $0.key < $1.key }.map { "\($1) \($0)" }
    print("seeds \(seeds[0])...\(seeds[count - 1]): \(list.joined(separator: ", "))")
  }

  @Test(arguments: 0..<shards) func halvesKeepVerdicts(shard: Int) throws {
    let count = AttackScale.count(inTests: 100, inAttack: 1000) / Self.shards
    let seeds = (0..<count).map { UInt64(3 * 1000 * 1000 + shard * count + $0) }
    for seed in seeds {
      let sample = try AttackSample(seed: seed)
      let before = try CheckedAnalysis.result(on: sample.network, sample.domain)
      try bisect(sample, before)
    }
    print("seeds \(seeds[0])...\(seeds[count - 1]): \(count) bisections")
  }

  /// Compares every verdict, and every interval before any step, with its origin.
  private func expect(
    _ before: StabilityResult, _ outcome: NetworkChange.Outcome, _ name: String
  ) throws {
    let network = before.proved.network.network
    let old = Dictionary(uniqueKeysWithValues: before.verdicts.map { ($0.unit, $0) })
    let after = try CheckedAnalysis.result(on: outcome.network, outcome.domain)
    let first = Self.initialIntervals(network, before.proved.domain)
    let second = Self.initialIntervals(outcome.network, outcome.domain)
    for verdict in after.verdicts {
      let origin = try #require(outcome.origins[verdict.unit])
      let expected = try #require(old[origin])
      #expect(
        verdict.stability != .undecided && verdict.agrees(with: expected),
        "\(name): \(verdict.unit) is \(verdict.stability), \(origin) was \(expected.stability)")
      let factor = Dyadic(outcome.factors[verdict.unit] ?? 1)
      let interval = first[origin.layer][origin.index]
      #expect(
        second[verdict.unit.layer][verdict.unit.index]
          == Interval(factor * interval.lower, factor * interval.upper),
        "\(name): interval of \(verdict.unit)")
    }
  }

  /// The intervals without any step; sums of exact numbers, so their order is no matter.
  private static func initialIntervals(
    _ network: Network, _ domain: InputDomain
  ) -> [[Interval]] {
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    return state.intervals
  }

  /// Stable on both halves and only then stable on the whole, with the same sign; unstable on a
  /// half, then unstable on the whole.
  private func bisect(_ sample: AttackSample, _ before: StabilityResult) throws {
    let box = sample.domain.box
    let widths = zip(box.lower, box.upper).map { $1 - $0 }
    guard let t = widths.indices.max(by: { widths[$0] < widths[$1] }) else { return }
    let middle = box.lower[t] + widths[t] / 2
    var halves: [[Verdict]] = []
    for isUpper in [false, true] {
      var (lower, upper) = (box.lower, box.upper)
      if isUpper { lower[t] = middle } else { upper[t] = middle }
      let domain = try InputDomain(
        box: Box(lower: lower, upper: upper), rows: sample.domain.rows, ball: sample.domain.ball)
      do throws(AnalysisError) {
        halves.append(try Self.verdicts(sample.network, domain))
      } catch {
        // Rows or ball may leave nothing of one half; then the other is the whole.
        #expect(error == .emptyDomain, "seed \(sample.seed)")
      }
    }
    for (i, verdict) in before.verdicts.enumerated() {
      let parts = halves.map { $0[i].stability }
      let name = "seed \(sample.seed), \(verdict.unit): \(verdict.stability), halves \(parts)"
      #expect(!parts.contains(.undecided), "\(name)")
      let isZero = verdict.bounds.isPoint && verdict.bounds.lower.isZero
      switch verdict.stability {
      case .unstable:
        #expect(parts.contains(.unstable) || Set(parts).count == 2, "\(name)")
      case .stablyInactive, .stablyActive:
        #expect(!parts.contains(.unstable), "\(name)")
        #expect(isZero || Self.agree(halves.map { $0[i] }, with: verdict), "\(name)")
      case .undecided: Issue.record("\(name)")
      }
    }
  }

  /// True if each half has the sign of the whole, or is 0 everywhere.
  private static func agree(_ halves: [Verdict], with whole: Verdict) -> Bool {
    halves.allSatisfy { half in
      half.stability == whole.stability
        || (whole.stability == .stablyInactive
          ? half.bounds.upper.signum <= 0 || half.bounds.lower.isZero
          : half.bounds.lower.signum >= 0 || half.bounds.upper.isZero)
    }
  }

  private static func verdicts(
    _ network: Network, _ domain: InputDomain
  ) throws(AnalysisError) -> [Verdict] {
    do {
      return try CheckedAnalysis.verdicts(on: network, domain)
    } catch let error as AnalysisError {
      throw error
    } catch {
      Issue.record(error)
      return []
    }
  }
}
