import BigInt
import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import ModelIO
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Regions found with a solver against the exact numbers; whatever is found is confirmed.
@Suite struct RegionEnumerationTests {
  private func enumerate(
    _ state: ProofState, layerCount: Int, options: RegionEnumerationOptions = .init(),
    member: [Dyadic]? = nil, stopReason: @escaping () -> Limit? = { nil }
  ) -> RegionEnumerationResult {
    RegionEnumeration(
      proved: state, layerCount: layerCount, member: member, options: options,
      solver: CBCSolver(), stopReason: stopReason
    ).run()
  }

  private func expectConfirmed(_ result: RegionEnumerationResult, _ state: ProofState) {
    #expect(Set(result.regions.map(\.pattern)).count == result.foundCount)
    for region in result.regions {
      #expect(state.domain.violation(at: region.point) == nil)
      let signs = state.network.signs(at: region.point)
      for (unit, isOn) in zip(result.openUnits, region.pattern.isOn) {
        #expect((signs[unit.layer][unit.index] > 0) == isOn)
      }
    }
  }

  @Test(arguments: [
    "moons_8_l1-0_s11", "rings_16_l1-0_s11", "sine1d_8-8_s11", "spirals_8-8_l1-0_s11",
  ])
  func trainedNetworksHaveTheKnownNumber(name: String) throws {
    let truth = try RegionTruth(name)
    let state = truth.proved
    for (k, count) in truth.counts.enumerated() {
      let result = enumerate(state, layerCount: k + 1)
      #expect(result.foundCount == count && result.claimsComplete, "\(result.end)")
      expectConfirmed(result, state)
    }
  }

  @Test(arguments: 0..<16)
  func randomNetworksAgreeWithEveryPatternTried(seed: Int) throws {
    let network = try RegionCounting.network(
      [2, 3, 3, 2], seed: UInt64(seed), identityShare: seed % 3 == 0 ? 0.3 : 0)
    let domain = try RandomNetworks.box(for: network)
    let state = RegionCounting.propagated(network, domain)
    for layerCount in 1...3 {
      let expected = RegionCounting.patterns(state, layerCount: layerCount)
      let result = enumerate(state, layerCount: layerCount)
      #expect(Set(result.regions.map(\.pattern)) == expected)
      #expect(result.claimsComplete, "\(result.end), \(result.unconfirmedCount)")
      expectConfirmed(result, state)
      let bounds = RegionBounds(
        network: network, domain: domain, layerCount: layerCount, proved: state)
      #expect(bounds.smallest >= BigInt(expected.count))
    }
  }

  @Test func everyPatternTriedGivesTheKnownNumber() throws {
    let truth = try RegionTruth("moons_8_l1-0_s11")
    #expect(RegionCounting.patterns(truth.proved, layerCount: 1).count == truth.counts[0])
  }

  /// Networks made by hand, with units that touch 0 at the ends of the box or are 0 everywhere.
  @Test(arguments: [
    ("all_active", 0.0, 1.0, 1), ("axis_cuts_3x", 0, 1, 24), ("correlated_layer2", 0, 1, 2),
    ("lines_general_6", -8, 8, 22), ("tent_depth3", 0, 1, 8), ("tent_depth5", 0, 1, 32),
    ("touching_box", 0, 1, 2),
  ])
  func edgesHaveTheKnownNumber(name: String, low: Double, high: Double, count: Int) throws {
    let path = RegionTruth.fixture("models/edge/\(name).onnx")
    let network = try ModelReader.read(path: path).network
    let domain = try InputDomain(
      box: Box(lower: low, upper: high, count: network.inputCount))
    let state = RegionCounting.propagated(network, domain)
    let layerCount = network.layers.count
    let result = enumerate(state, layerCount: layerCount)
    #expect(result.foundCount == count && result.claimsComplete)
    expectConfirmed(result, state)
    #expect(
      RegionBounds(
        network: network, domain: domain, layerCount: layerCount, proved: state
      ).smallest >= BigInt(count))
  }

  /// Small integers make ties, dead units, and units that vanish on whole regions.
  @Test(arguments: Array(0..<12) + [107, 167, 171, 248])
  func tiesAreCountedAsTheyAre(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.1)
    let domain = try RandomNetworks.box(for: network)
    let state = RegionCounting.propagated(network, domain)
    let layerCount = network.layers.count
    let expected = RegionCounting.patterns(state, layerCount: layerCount)
    let result = enumerate(state, layerCount: layerCount)
    let found = Set(result.regions.map(\.pattern))
    #expect(found.isSubset(of: expected))
    expectConfirmed(result, state)
    let bounds = RegionBounds(
      network: network, domain: domain, layerCount: layerCount, proved: state)
    #expect(bounds.smallest >= BigInt(expected.count))
  }

  @Test func aUnitThatReadsOnlyDeadUnitsIsOff() throws {
    // relu(x) - relu(-x) … with bias 0: on x < 0 the second unit of layer 1 is 0, not negative.
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [0, -0.5], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1]]), biases: [0], activation: .relu),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1]))
    let state = RegionCounting.propagated(network, domain)
    let result = enumerate(state, layerCount: 2)
    #expect(result.foundCount == 3 && result.claimsComplete)
    #expect(RegionCounting.patterns(state, layerCount: 2).count == 3)
  }

  /// A unit that is 0 everywhere, without anybody having proved it.
  @Test func unitsThatVanishByCancellationHideNoRegions() throws {
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1]]), biases: [0], activation: .relu),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1]))
    let state = RegionCounting.propagated(network, domain)
    #expect(RegionCounting.patterns(state, layerCount: 2).count == 2)
    let started = RegionEnumeration(proved: state, layerCount: 2, solver: CBCSolver())
      .run(startingFrom: [[Dyadic(0.5)], [Dyadic(-0.5)], [Dyadic.zero], [Dyadic(7)]])
    #expect(started.foundCount == 2)
    let whole = enumerate(state, layerCount: 2)
    #expect(whole.foundCount == 2 && whole.claimsComplete)
    let blind = enumerate(state, layerCount: 2, options: .init(seeksVanishing: false))
    #expect(blind.foundCount == 1)
  }

  @Test func aPointHasOneRegionAtMost() throws {
    let network = try RegionCounting.network([2, 3, 2], seed: 5)
    let domain = try InputDomain(box: Box(lower: [0.25, 0.5], upper: [0.25, 0.5]))
    let result = enumerate(RegionCounting.propagated(network, domain), layerCount: 2)
    #expect(result.foundCount == 1 && result.claimsComplete && result.solveCount == 0)
  }

  @Test func rowsCutRegionsOff() throws {
    let network = try RegionCounting.network([2, 4, 3, 2], seed: 11)
    let row = LinearRow(
      terms: [.init(input: 0, coefficient: 1), .init(input: 1, coefficient: 1)], bound: -0.5)
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 2), rows: [row])
    let state = RegionCounting.propagated(network, domain)
    let result = enumerate(state, layerCount: 2, member: [Dyadic(-1), Dyadic(-1)])
    #expect(Set(result.regions.map(\.pattern)) == RegionCounting.patterns(state, layerCount: 2))
    expectConfirmed(result, state)
  }

  @Test func limitsEndTheSearchWithWhatIsProved() throws {
    let truth = try RegionTruth("pca5_8-8_l1-0_s11")
    let state = truth.proved
    var reported: [FoundRegion] = []
    let some = RegionEnumeration(
      proved: state, layerCount: 2, options: .init(regionLimit: 5), solver: CBCSolver()
    ).run { reported.append($0) }
    #expect(reported == some.regions)
    #expect(some.end == .regionLimit && some.foundCount >= 5 && !some.claimsComplete)
    let none = enumerate(state, layerCount: 2, stopReason: { .seconds })
    #expect(none.end == .limit(.seconds) && none.foundCount == 0)
    let lower = truth.domain.box.lower.map { Dyadic($0 + 0.25) }
    let started = RegionEnumeration(
      proved: state, layerCount: 2, solver: CBCSolver(), stopReason: { .caller }
    ).run(startingFrom: [lower, lower])
    #expect(started.foundCount == 1)
  }

  /// A solver that lies about everything can neither add a region nor make the count complete.
  @Test func liesAddNothing() throws {
    let network = try RegionCounting.network([2, 3, 2], seed: 7)
    let state = RegionCounting.propagated(network, try RandomNetworks.box(for: network))
    let expected = RegionCounting.patterns(state, layerCount: 2)
    let result = RegionEnumeration(proved: state, layerCount: 2, solver: LyingSolver()).run()
    #expect(Set(result.regions.map(\.pattern)).isSubset(of: expected))
    #expect(!result.claimsComplete)
    expectConfirmed(result, state)
  }

  /// Always claims the same point with a large margin.
  private struct LyingSolver: MILPSolver {
    func solve(
      _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
    ) throws(SolverError) -> SolveOutcome {
      let candidate = model.columns.map { $0.isInteger ? $0.upper : ($0.lower + $0.upper) / 2 }
      return .claimedOptimal(candidate: candidate, claimedBound: 1)
    }
  }
}
