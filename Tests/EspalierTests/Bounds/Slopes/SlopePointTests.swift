import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// What the network of slopes makes of points is what the network makes of them.
@Suite struct SlopePointTests {
  @Test(arguments: 0..<20)
  func valuesAndGradientsAreThoseOfTheNetwork(seed: UInt64) throws {
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
    let rows = batch.corners
    let outputs = slopes.outputs(of: rows, rowCount: 2)
    let points = BatchMatrix(
      rows: (0..<2).map { batch.corner(row: $0) }, columnCount: network.inputCount)
    #expect(points.elements == rows.map { Double($0) })
    let values = network.preactivations(of: points)
    for side in Side.allCases {
      let objective = slopes.objective(unit: 0, side: side)
      #expect(
        objective.values(outputs.last ?? rows, rowCount: 2).map { Double($0) }
          == (0..<2).map { side.factor * values[top][$0, 0] })
      let gradients = network.gradients(
        layer: top, targets: [(0, side.factor), (0, side.factor)], values: values)
      #expect(
        slopes.gradients(of: objective.coefficients, outputs: outputs, rowCount: 2)
          .map { Double($0) } == gradients.elements)
    }
  }
}
