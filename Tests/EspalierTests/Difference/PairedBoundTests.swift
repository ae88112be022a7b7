import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Bounds that follow pairs of units hold, and are small where the networks are nearly the same.
@Suite struct PairedBoundTests {
  @Test(arguments: 0..<60)
  func boundsHoldAtEveryPoint(seed: Int) throws {
    let (first, other) = try RandomPairs.unrelated(seed: UInt64(seed))
    let near = try RandomPairs.perturbed(first, layer: seed % first.layers.count, by: 0.125)
    for second in [other, near, try RandomPairs.rearranged(near, seed: UInt64(seed))] {
      let domain = try RandomNetworks.box(for: first)
      let ranges = try bound(first, second, domain)
      for point in RandomNetworks.points(of: domain, count: 40, seed: UInt64(seed)) {
        let differences = RandomPairs.differences(first, second, at: point)
        for (difference, range) in zip(differences, ranges) {
          #expect(range.lower <= difference && difference <= range.upper)
        }
      }
    }
  }

  @Test func aMovedWeightCountsOnceForEveryLayer() throws {
    // z = x moves to x + x/8 on [-1, 1]; the output reads it with weight 2: at most 1/4.
    let network = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [-1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[2, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    let moved = try RandomPairs.perturbed(network, layer: 0, by: 0.125)
    let range = try bound(network, moved, RandomNetworks.box(for: network))
    #expect(range == [Interval(Dyadic(-0.25), Dyadic(0.25))])
  }

  @Test func anUnpairedUnitCountsInFull() throws {
    let one = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .relu),
        Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let two = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [3]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    #expect(
      try bound(one, two, RandomNetworks.box(for: one)) == [Interval(Dyadic(-3), .zero)])
  }

  private func bound(
    _ first: Network, _ second: Network, _ domain: InputDomain
  ) throws -> [Interval] {
    let product = ProductNetwork(first, second)
    let state = product.state(of: try product.difference, domain: domain, first: nil, second: nil)
    return PairedBound(product, state: state).differences
  }
}
