import CBCBackend
import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Trees that bound a unit are accepted by the checker's arithmetic, whenever they end.
@Suite struct MaximizingProverTests {
  @Test(arguments: 0..<30, [1, 5, 200])
  func boundsHoldAndAreAccepted(seed: Int, nodeLimit: Int) throws {
    try expectTrueBounds(seed: seed, nodeLimit: nodeLimit, usesPrograms: true)
    try expectTrueBounds(seed: seed, nodeLimit: nodeLimit, usesPrograms: false)
  }

  private func expectTrueBounds(seed: Int, nodeLimit: Int, usesPrograms: Bool) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    let top = state.currentLayer
    for side in Side.allCases {
      let unit = UnitID(layer: top, index: 0)
      let finding = try search(
        state, unit, side, nodeLimit: nodeLimit, floor: nil, usesPrograms: usesPrograms)
      guard case .proof(let proof) = finding else {
        Issue.record("a tree was expected, \(finding) found")
        continue
      }
      var after = state
      try after.apply(Step(unit: unit, side: side, proof: proof), at: "$")
      for point in RandomNetworks.points(of: domain, count: 50, seed: UInt64(seed)) {
        let value = network.layers.isEmpty ? .zero : state.network.preactivations(at: point)[top][0]
        #expect(after[unit].lower <= value && value <= after[unit].upper)
      }
    }
  }

  @Test(arguments: 0..<20)
  func moreNodesNeverGiveALooserBound(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    let unit = UnitID(layer: state.currentLayer, index: 1)
    let bounds = try [1, 9, 99].map { limit -> Dyadic in
      guard
        case .proof(.tree(let bound, _)) = try search(
          state, unit, .upper, nodeLimit: limit, floor: nil)
      else { throw NoTree() }
      return bound
    }
    #expect(bounds[1] <= bounds[0] && bounds[2] <= bounds[1])
    // A floor above the first bound leaves the root alone.
    guard
      case .proof(.tree(_, let nodes)) = try search(
        state, unit, .upper, nodeLimit: 99, floor: bounds[0])
    else { throw NoTree() }
    #expect(nodes.count == 1)
  }

  @Test func suggestionsKeepTheBest() {
    var best = Suggestions()
    for i in 0..<40 { best.take([Double(i)], value: Double(i % 20)) }
    #expect(best.points.count == UnitSearch.maximumPointCount)
    #expect(best.largest == 19)
    #expect(best.points.last == [39] || best.points.last == [19])
    best.take([7], value: .nan)
    #expect(!best.points.contains([7]))
  }

  private struct NoTree: Error {}

  private func search(
    _ state: ProofState, _ unit: UnitID, _ side: Side, nodeLimit: Int, floor: Dyadic?,
    usesPrograms: Bool = true
  ) throws -> Finding {
    let network = state.network.network
    let session = try #require(
      RelaxationSession(
        TriangleRelaxation(
          network: network, domain: state.domain, intervals: FloatIntervals(state),
          layer: unit.layer), engine: CLPSolver()))
    return MaximizingProver(
      state: state, target: unit, side: side,
      sampler: DomainSampler(domain: state.domain, type: network.scalarType, member: nil),
      floor: floor, usesPrograms: usesPrograms
    ).search(nodeLimit: nodeLimit, session: session, onPoint: { _, _ in }, shouldStop: { false })
  }
}
