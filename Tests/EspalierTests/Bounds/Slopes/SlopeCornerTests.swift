import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// What the network gives its target at the corners of a batch.
@Suite struct SlopeCornerTests {
  @Test(arguments: 0..<20)
  func valuesAreThoseOfTheNetwork(seed: UInt64) throws {
    let network = try RandomNetworks.integers(seed: seed, identityShare: 0.3)
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    let top = network.layers.count - 1
    let slopes = SlopeNetwork(
      network: network, domain: domain, intervals: FloatIntervals(state), layer: top)
    let batch = SlopeBatch(network: slopes, capacity: 2)
    for (i, side) in Side.allCases.enumerated() {
      batch.add(number: i, objective: slopes.objective(unit: 0, side: side))
    }
    SlopeOptimizer(iterations: 3).run(batch)
    let values = batch.cornerValues()
    for r in 0..<batch.activeCount {
      let corner = BatchMatrix(rows: [batch.corner(row: r)], columnCount: network.inputCount)
      let value = network.preactivations(of: corner)[top][0, 0]
      #expect(Double(values[r]) == Side.allCases[batch.numbers[r]].factor * value)
    }
  }
}
