import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import Testing

@testable import Espalier

/// Brackets hold the truth, close on small networks, and answer questions.
@Suite struct DifferenceAnalysisTests {
  @Test(arguments: 0..<40)
  func bracketsHoldTheTruth(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let result = try run(first, second)
    #expect(result.isClosed)
    try expectTrue(result, first, second, seed: seed)
  }

  @Test(arguments: 0..<60)
  func bracketsOfOneInputHoldTheExactMaximum(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    guard first.inputCount == 1 else { return }
    let result = try run(first, second, gap: 0x1p-20)
    let truth = SegmentTruth.largestDifferences(first, second, from: -1, to: 1)
    for (output, largest) in zip(result.outputs, truth) {
      #expect(Rational(output.lower) <= largest && largest <= Rational(output.upper))
    }
    #expect(result.isClosed)
  }

  @Test func someRandomPairsHaveOneInput() throws {
    let count = try (0..<60).count { try RandomPairs.unrelated(seed: UInt64($0)).0.inputCount == 1 }
    #expect(count > 10)
  }

  @Test(arguments: 0..<20)
  func equalNetworksDifferNowhere(seed: Int) throws {
    let network = try RandomPairs.generic(seed: UInt64(seed))
    for other in [network, try RandomPairs.rearranged(network, seed: UInt64(seed))] {
      var options = DifferenceOptions(epsilon: .zero, asksArgmax: true, asksFloatNoise: true)
      options.search.engines = [.bounds]
      let result = try run(network, other, options: options)
      #expect(result.outputs.allSatisfy { $0.upper.isZero && $0.lower.isZero })
      #expect(result.answers == [.holds, .holds, .holds])
      #expect(result.source == .structure)
    }
  }

  @Test(arguments: 0..<20)
  func aMovedWeightIsFoundAndBounded(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed))
    let moved = try RandomPairs.perturbed(
      network, layer: network.layers.count - 1, by: 0.25)
    let result = try run(network, moved)
    try expectTrue(result, network, moved, seed: seed)
    #expect(result.outputs[1].upper.isZero)
    #expect(result.isClosed)
  }

  @Test(arguments: 0..<20)
  func theOrderOfTheNetworksDoesNotMatter(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let there = try run(first, second)
    let back = try run(second, first)
    for (one, other) in zip(there.outputs, back.outputs) {
      #expect(one.lower <= other.upper && other.lower <= one.upper)
    }
  }

  @Test(arguments: 0..<30)
  func epsilonIsAnsweredOnBothSidesOfTheBracket(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let bracket = try run(first, second)
    let upper = try #require(bracket.outputs.map(\.upper).max())
    let lower = try #require(bracket.outputs.map(\.lower).max())
    var options = DifferenceOptions(epsilon: upper + Dyadic(0.001))
    #expect(try run(first, second, options: options).epsilon == .holds)
    guard lower.signum > 0 else { return }
    options.epsilon = lower * Dyadic(0.9)
    let violated = try run(first, second, options: options)
    #expect(violated.epsilon == .violated)
    #expect(violated.outputs.contains { $0.lower > options.epsilon ?? .zero })
  }

  @Test(arguments: 0..<40)
  func classesAgreeWithThePoints(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let near = try RandomPairs.perturbed(first, layer: 0, by: 0x1p-12)
    for other in [second, near] {
      let result = try run(first, other, options: DifferenceOptions(asksArgmax: true))
      if let shown = result.disagreement {
        let point = result.points[shown.witness]
        let pair = try #require(ArgmaxQuestion.disagreement(of: first, other, at: point))
        #expect(pair == (shown.first, shown.second))
        #expect(result.argmax == .violated)
      } else {
        #expect(result.argmax != .violated)
      }
      guard result.argmax == .holds else { continue }
      let domain = try RandomNetworks.box(for: first)
      for point in RandomNetworks.points(of: domain, count: 200, seed: UInt64(seed)) {
        #expect(ArgmaxQuestion.disagreement(of: first, other, at: point) == nil)
      }
    }
  }

  @Test func tiesAreNoDisagreement() throws {
    let tie = try constant([1, 1])
    let one = try constant([0, 1])
    let zero = try constant([1, 0])
    #expect(ArgmaxQuestion.disagreement(of: tie, one, at: [.zero]) == nil)
    #expect(try #require(ArgmaxQuestion.disagreement(of: zero, one, at: [.zero])) == (0, 1))
    #expect(try run(tie, one, options: DifferenceOptions(asksArgmax: true)).argmax == .holds)
    #expect(try run(zero, one, options: DifferenceOptions(asksArgmax: true)).argmax == .violated)
  }

  @Test func floatNoiseIsToldFromMore() throws {
    let network = try RandomNetworks.integers(seed: 7)
    let options = DifferenceOptions(asksFloatNoise: true)
    let last = network.layers.count - 1
    let slightly = try RandomPairs.perturbed(network, layer: last, by: 0x1p-30)
    let much = try RandomPairs.perturbed(network, layer: last, by: 0.25)
    // As float32 networks, so that the noise is that of float32.
    let rounded = try Network(layers: much.layers, scalarType: .float32)
    #expect(try run(network, rounded, options: options).floatNoise == .violated)
    #expect(try run(network, slightly, options: options).floatNoise == .holds)
  }

  @Test func withoutEnginesThereIsStillABound() throws {
    let (first, second) = try RandomPairs.unrelated(seed: 3)
    var options = DifferenceOptions()
    options.search.engines = []
    try expectTrue(try run(first, second, options: options), first, second, seed: 3)
  }

  @Test func aStopAtOnceLeavesATrueBracket() throws {
    let (first, second) = try RandomPairs.unrelated(seed: 5)
    let result = try run(first, second, options: DifferenceOptions(), stop: .caller)
    try expectTrue(result, first, second, seed: 5)
    #expect(result.limit == .caller)
  }

  @Test(arguments: 0..<10)
  func rowsAndBallsAreDomainsToo(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let count = first.inputCount
    let domain = try InputDomain(
      box: Box(lower: -1, upper: 1, count: count),
      rows: [LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: 0.5)],
      ball: L1Ball(center: Array(repeating: 0, count: count), radius: 0.75))
    let result = try run(first, second, domain: domain)
    for point in result.points { #expect(domain.violation(at: point) == nil) }
    for point in RandomNetworks.points(of: domain, count: 60, seed: UInt64(seed))
    where domain.violation(at: point) == nil {
      for (d, output) in zip(RandomPairs.differences(first, second, at: point), result.outputs) {
        #expect(d.magnitude <= output.upper)
      }
    }
  }

  // MARK: Parts

  private func constant(_ values: [Double]) throws -> Network {
    try Network(
      layers: [
        Layer(
          weights: Matrix(rows: values.map { _ in [0] }), biases: values, activation: .identity)
      ], scalarType: .float32)
  }

  private func run(
    _ first: Network, _ second: Network, gap: Double = 0.01, options: DifferenceOptions? = nil,
    domain: InputDomain? = nil, stop: Limit? = nil
  ) throws -> DifferenceResult {
    try DifferenceAnalysis(
      first: .init(network: first, plainLayerCount: first.layers.count),
      second: .init(network: second, plainLayerCount: second.layers.count),
      domain: domain ?? RandomNetworks.box(for: first),
      options: options ?? DifferenceOptions(gap: gap),
      environment: .init(
        makeDecider: { _ in UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()) },
        stopReason: { stop })
    ).run()
  }

  private func expectTrue(
    _ result: DifferenceResult, _ first: Network, _ second: Network, seed: Int
  ) throws {
    let domain = try RandomNetworks.box(for: first)
    for (i, output) in result.outputs.enumerated() {
      #expect(output.lower <= output.upper)
      guard let witness = output.witness else { continue }
      let point = result.points[witness]
      #expect(domain.violation(at: point) == nil)
      #expect(RandomPairs.differences(first, second, at: point)[i].magnitude == output.lower)
    }
    for point in RandomNetworks.points(of: domain, count: 100, seed: UInt64(seed)) {
      for (d, output) in zip(RandomPairs.differences(first, second, at: point), result.outputs) {
        #expect(d.magnitude <= output.upper)
      }
    }
  }
}
