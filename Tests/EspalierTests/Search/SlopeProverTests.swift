import CBCBackend
import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Trees of linear bounds decide like trees of linear programs, and their proofs are accepted.
@Suite struct SlopeProverTests {
  @Test(arguments: 0..<30, SlopeRule.allCases)
  func findingsHold(seed: Int, rule: SlopeRule) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    for side in Side.allCases {
      let unit = UnitID(layer: state.currentLayer, index: 0)
      let sampler = DomainSampler(domain: domain, type: network.scalarType, member: nil)
      let (finding, counts) = SlopeProver(
        state: state, target: unit, side: side, sampler: sampler, rule: rule
      ).search(nodeLimit: 500, onPoint: { _ in }, shouldStop: { false })
      switch finding {
      case .proof(let proof):
        var after = state
        try after.apply(Step(unit: unit, side: side, proof: proof), at: "$")
        #expect(side == .upper ? after[unit].upper <= .zero : after[unit].lower >= .zero)
        #expect(counts.progress == 1)
      case .witness(let point):
        #expect(state.domain.violation(at: point) == nil)
        #expect(state.network.signs(at: point)[unit.layer][unit.index] == side.sign.signum)
      case .nothing: break
      }
    }
  }

  @Test(arguments: 0..<30)
  func decidesLikeTheTreeOfPrograms(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    let results = try [Set<Engine>([.bounds, .slopes, .tree, .exact]), [.bounds, .tree, .exact]]
      .map { engines in
        var analysis = try StabilityAnalysis(
          network: network, domain: domain, options: AnalysisOptions(engines: engines),
          decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
        return analysis.run().verdicts.map(\.stability)
      }
    #expect(results[0] == results[1])
  }

  /// More work on the same question is a change for the worse.
  @Test func countsDoNotGrow() throws {
    var counts = SlopeProver.Counts()
    for seed in 0..<40 {
      let network = try RandomNetworks.integers(seed: UInt64(seed))
      let domain = try RandomNetworks.box(for: network)
      var state = ProofState(network: ExactNetwork(network), domain: domain)
      while !state.isComplete { state.openNextLayer() }
      let found = SlopeProver(
        state: state, target: UnitID(layer: state.currentLayer, index: 0), side: .upper,
        sampler: DomainSampler(domain: domain, type: network.scalarType, member: nil)
      ).search(nodeLimit: 500, onPoint: { _ in }, shouldStop: { false }).counts
      counts.nodes += found.nodes
      counts.bounds += found.bounds
    }
    #expect(counts.nodes <= 125 && counts.bounds <= 1800)
  }

  /// Whether threads bound groups of nodes at the same time is not to be seen, to the last bit of
  /// the last multiplier.
  @Test func threadsChangeNothing() throws {
    let network = try Self.denseNetwork
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    let query = UnitQuery(
      goal: .decide, unit: UnitID(layer: state.currentLayer, index: 0), side: .upper,
      engines: [.slopes], nodeLimit: 4000, seconds: nil, member: nil)
    let answers = [Concurrency.serial, .threads(2), .threads(2)].map { concurrency in
      UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver(), concurrency: concurrency)
        .answer(to: query, state: state, shouldStop: { false })
    }
    guard case .proof(.tree(_, let nodes)) = answers[0].finding else {
      Issue.record("no tree")
      return
    }
    // Batches of two groups.
    #expect(nodes.count > 4 * SlopeProver.batchSize)
    #expect(answers[1] == answers[0])
    #expect(answers[2] == answers[0])
  }

  /// 120 inputs, two layers of 40 units, and an output that is never above 0, as a large tree shows.
  private static var denseNetwork: Network {
    get throws {
      var generator = SplitMix64(seed: 1)
      let widths = [120, 40, 40, 1]
      let layers = zip(widths, widths.dropFirst()).map { width, count in
        let weights = (0..<count * width).map { _ in
          Double.random(in: -1...1, using: &generator) / Double(width).squareRoot()
        }
        return Layer(
          weights: Matrix(rowCount: count, columnCount: width, elements: weights),
          biases: Array(repeating: count == 1 ? -3 : 0, count: count),
          activations: Array(repeating: count == 1 ? .identity : .relu, count: count))
      }
      return try Network(layers: layers, scalarType: .float64)
    }
  }

  @Test func aTreeWithoutALeafMayStillBeSmall() {
    var counts = SlopeProver.Counts()
    counts.nodes = 64
    #expect(counts.neededNodes == 512)
    (counts.leaves, counts.progress) = (1, 0.25)
    #expect(counts.neededNodes == 256)
    counts.progress = 0
    #expect(counts.neededNodes.isFinite)
  }
}
