import BigInt
import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Lower bounds by random parities on networks whose number of regions is known.
@Suite struct ParityTrialsTests {
  /// At 90 % at most a few of 40 runs may say too much.
  @Test(arguments: ["moons_8_l1-0_s11", "sine1d_8-8_s11"])
  func boundsAreRarelyAboveTheTruth(name: String) throws {
    let truth = try RegionTruth(name)
    let count = try #require(truth.counts.last)
    let trials = ParityTrials(
      proved: truth.proved, layerCount: truth.counts.count, solver: CBCSolver())
    var wrongCount = 0
    var exponents: [Int] = []
    var known: [FoundRegion] = []
    for seed in 0..<40 {
      var generator = SplitMix64(seed: UInt64(seed))
      let result = trials.run(known: known, using: &generator)
      #expect(result.regions.count <= count && result.limit == nil)
      known = result.regions
      let bound = result.bound(confidence: 0.9)
      exponents.append(bound?.exponent ?? -1)
      if let bound, 1 << bound.exponent > count { wrongCount += 1 }
    }
    #expect(wrongCount <= 4)
    #expect(exponents.contains { $0 >= 1 })
  }

  @Test func everySurvivalHasARegion() throws {
    let network = try RegionCounting.network([2, 4, 3, 2], seed: 3)
    let state = RegionCounting.propagated(network, try RandomNetworks.box(for: network))
    let patterns = RegionCounting.patterns(state, layerCount: 2)
    let trials = ParityTrials(
      proved: state, layerCount: 2, options: .init(trialCount: 12), solver: CBCSolver())
    var generator = SplitMix64(seed: 9)
    var reported: [Int] = []
    let result = trials.run(using: &generator) { reported.append($0) }
    #expect(reported == result.survivals)
    #expect(Set(result.regions.map(\.pattern)).isSubset(of: patterns))
    // The same parities again, with all patterns at hand: nothing survives longer than it can.
    var again = SplitMix64(seed: 9)
    let unitCount = try #require(patterns.first).isOn.count
    let possible = (0..<12).map { _ in
      var random = SplitMix64(seed: again.next())
      var left = patterns
      var count = 0
      while count < unitCount {
        let parity = ParityConstraint(unitCount: unitCount, memberShare: 0.5, using: &random)
        left = left.filter { parity.holds(for: $0) }
        if left.isEmpty { break }
        count += 1
      }
      return count
    }
    #expect(result.survivals == possible)
  }

  @Test func limitsAndLiesOnlyLowerTheBound() throws {
    let truth = try RegionTruth("moons_8_l1-0_s11")
    var generator = SplitMix64(seed: 4)
    let stopped = ParityTrials(
      proved: truth.proved, layerCount: 1, solver: CBCSolver(), stopReason: { .seconds }
    ).run(using: &generator)
    #expect(stopped.limit == .seconds && stopped.bound(confidence: 0.9) == nil)
    #expect(stopped.survivals.count == 20)
    let refused = ParityTrials(proved: truth.proved, layerCount: 1, solver: RefusingSolver())
      .run(using: &generator)
    #expect(refused.survivals.allSatisfy { $0 == 0 } && refused.regions.isEmpty)
  }

  @Test func withoutOpenUnitsThereIsNothingToTry() throws {
    let network = try RegionCounting.network([2, 3, 2], seed: 5)
    let domain = try InputDomain(box: Box(lower: [0.25, 0.5], upper: [0.25, 0.5]))
    var generator = SplitMix64(seed: 1)
    let result = ParityTrials(
      proved: RegionCounting.propagated(network, domain), layerCount: 2, solver: CBCSolver()
    ).run(using: &generator)
    #expect(result.solveCount == 0 && result.bound(confidence: 0.5) == nil)
  }

  /// Fails on every model.
  private struct RefusingSolver: MILPSolver {
    func solve(
      _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
    ) throws(SolverError) -> SolveOutcome {
      throw .crashed(solver: "test", reason: "on purpose")
    }
  }
}
