import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Our verdicts on small random networks against an enumeration of all cells in exact arithmetic,
/// and what CBC alone would have said.
@Suite struct DifferentialAttackTests {
  /// The parts into which the seeds are divided.
  static let shards = 10

  /// What one part has counted.
  private struct Counts {
    var units: [Stability: Int] = [:]
    var ties = 0
    var cells = 0
    var cbcClaims = 0
    var cbcErrors: [String] = []
  }

  @Test(arguments: 0..<shards) func verdictsAreThoseOfAllCells(shard: Int) throws {
    let count = AttackScale.count(inTests: 500, inAttack: 5000) / Self.shards
    let seeds = (0..<count).map { UInt64(1000 * 1000 + shard * count + $0) }
    var counts = Counts()
    for seed in seeds { try compare(AttackSample(seed: seed), &counts) }
    let units = Stability.allCases.map { "\(counts.units[$0] ?? 0) \($0.rawValue)" }
    print(
      "seeds \(seeds[0])...\(seeds[count - 1]): \(count) networks, \(counts.cells) cells,",
      "units \(units.joined(separator: ", ")), \(counts.ties) exact ties, ours wrong 0;",
      "CBC alone: \(counts.cbcClaims) claims, \(counts.cbcErrors.count) wrong",
      counts.cbcErrors.prefix(3))
    #expect(counts.units[.undecided] ?? 0 == 0)
  }

  private func compare(_ sample: AttackSample, _ counts: inout Counts) throws {
    let exact = ExactRanges(sample.network, sample.domain)
    counts.cells += exact.cellCount
    let result = try CheckedAnalysis.result(on: sample.network, sample.domain)
    for verdict in result.verdicts {
      let (low, high) = exact.ranges[verdict.unit.layer][verdict.unit.index]
      counts.units[verdict.stability, default: 0] += 1
      if low.signum == 0 || high.signum == 0 { counts.ties += 1 }
      let isRight =
        switch verdict.stability {
        case .stablyInactive: high.signum <= 0
        case .stablyActive: low.signum >= 0
        case .unstable: low.signum < 0 && high.signum > 0
        case .undecided: false
        }
      #expect(isRight, "seed \(sample.seed), \(verdict.unit): \(verdict.stability)")
      #expect(
        Rational(verdict.bounds.lower) <= low && high <= Rational(verdict.bounds.upper),
        "seed \(sample.seed), \(verdict.unit): bounds")
    }
    askCBC(sample, exact, &counts)
  }

  /// Asks CBC for the largest and smallest value of one unit, on the encoding alone.
  ///
  /// Its claim is wrong if it is off by more than its own tolerance would explain, or if it says
  /// the wrong sign about a value that is farther from 0 than that.
  private func askCBC(_ sample: AttackSample, _ exact: ExactRanges, _ counts: inout Counts) {
    var state = ProofState(network: ExactNetwork(sample.network), domain: sample.domain)
    while !state.isComplete { state.openNextLayer() }
    let layer = sample.network.layers.count - 1
    let encoding = TriangleRelaxation(
      network: sample.network, domain: sample.domain, intervals: FloatIntervals(state),
      layer: layer, withBinaries: true)
    for side in Side.allCases {
      guard let model = encoding.model(unit: 0, side: side) else { continue }
      let constant = side.factor * sample.network.layers[layer].biases[0]
      let range = exact.ranges[layer][0]
      let truth = side == .upper ? range.high.approximation : -range.low.approximation
      counts.cbcClaims += 1
      do throws(SolverError) {
        let outcome = try CBCSolver().solve(
          model, limits: SolveLimits(nodes: 10_000), onIncumbent: { _ in .keepSearching })
        guard case .claimedOptimal(_, let bound) = outcome else {
          counts.cbcErrors.append("seed \(sample.seed): \(outcome), true is \(truth)")
          continue
        }
        if abs(bound + constant - truth) > 1e-4 * max(1, abs(truth)) {
          counts.cbcErrors.append("seed \(sample.seed): \(bound + constant), true is \(truth)")
        }
      } catch {
        counts.cbcErrors.append("seed \(sample.seed): \(error)")
      }
    }
  }
}
