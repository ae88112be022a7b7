import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// The product network computes the difference, to the last bit.
@Suite struct ProductNetworkTests {
  @Test(arguments: 0..<40)
  func productIsTheDifference(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    try expectDifference(first, second, ProductNetwork(first, second), seed: seed)
  }

  @Test(arguments: 0..<40)
  func knownSignsKeepTheDifferenceOnTheDomain(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let product = try knowing(first, second)
    try expectDifference(first, second, product, seed: seed)
  }

  @Test func unequalDepthsAreAmongThePairs() throws {
    let depths = try (0..<40).map { seed in
      let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
      return first.layers.count - second.layers.count
    }
    #expect(depths.contains { $0 < 0 } && depths.contains { $0 > 0 } && depths.contains(0))
  }

  @Test(arguments: 0..<20)
  func equalNetworksShareEveryUnit(seed: Int) throws {
    let network = try RandomPairs.generic(seed: UInt64(seed))
    for other in [network, try RandomPairs.rearranged(network, seed: UInt64(seed))] {
      let product = ProductNetwork(network, other)
      #expect(product.hiddenUnits.merged == product.hiddenUnits.all)
      let last = try product.difference.layers.last
      #expect(try #require(last).weights.elements.allSatisfy { $0 == 0 })
    }
  }

  @Test func unitsThatAreOffOnTheDomainAreLeftOut() throws {
    // relu(x - 5) is off on [-1, 1], relu(x + 5) is on.
    let with = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1], [1], [2]]), biases: [-5, 5, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[3, 1, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let without = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [2]]), biases: [5, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let product = try knowing(with, without)
    #expect(product.hiddenUnits == (2, 2))
    #expect(product.layers[0].activations == [.identity, .relu])
    #expect(ProductNetwork(with, without).hiddenUnits == (2, 3))
  }

  @Test func aLayerThatIsAllOffKeepsOneUnit() throws {
    let off = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [1]]), biases: [-5, -6], activation: .relu),
        Layer(weights: Matrix(rows: [[3, 1]]), biases: [2], activation: .identity),
      ], scalarType: .float32)
    let product = try knowing(off, off)
    #expect(product.layers[0].unitCount == 1)
    try expectDifference(off, off, product, seed: 1)
  }

  @Test func twinsOfOneNetworkStayApart() throws {
    let twins = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1], [1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[0.1, 0.2]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    let single = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .relu),
        Layer(weights: Matrix(rows: [[0.1 + 0.2]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    let product = ProductNetwork(twins, single)
    #expect(product.hiddenUnits == (1, 2))
    try expectDifference(twins, single, product, seed: 2)
  }

  @Test func scalingIsLeftOutWhereItWouldChangeANumber() throws {
    let tiny = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[0x1p-140, 0x1p-149]]), biases: [1], activation: .relu),
        Layer(weights: Matrix(rows: [[0x1p+100]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let huge = try Network(
      layers: [
        Layer(weights: Matrix(rows: [[0x1p+127, 0x1p-100]]), biases: [1], activation: .relu),
        Layer(weights: Matrix(rows: [[0x1p+120]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    try expectDifference(tiny, huge, ProductNetwork(tiny, huge), seed: 3)
  }

  @Test func differentScalarTypesMeetInTheWider() throws {
    let (first, second) = try RandomPairs.unrelated(seed: 4)
    let wide = try Network(layers: second.layers, scalarType: .float64)
    #expect(ProductNetwork(first, second).scalarType == .float32)
    #expect(ProductNetwork(first, wide).scalarType == .float64)
  }

  @Test(arguments: 0..<20)
  func knownIntervalsHoldInTheProduct(seed: Int) throws {
    let (first, second) = try RandomPairs.unrelated(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: first)
    let (a, b) = (intervals(first, domain), intervals(second, domain))
    let product = ProductNetwork(first, second, firstIntervals: a, secondIntervals: b)
    let state = product.state(of: try product.difference, domain: domain, first: a, second: b)
    for point in RandomNetworks.points(of: domain, count: 30, seed: UInt64(seed)) {
      for (values, ranges) in zip(state.network.preactivations(at: point), state.intervals) {
        for (value, range) in zip(values, ranges) {
          #expect(range.lower <= value && value <= range.upper)
        }
      }
    }
  }

  // MARK: Parts

  private func intervals(_ network: Network, _ domain: InputDomain) -> [[Interval]] {
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    return state.intervals
  }

  private func knowing(_ first: Network, _ second: Network) throws -> ProductNetwork {
    let domain = try RandomNetworks.box(for: first)
    return ProductNetwork(
      first, second, firstIntervals: intervals(first, domain),
      secondIntervals: intervals(second, domain))
  }

  private func expectDifference(
    _ first: Network, _ second: Network, _ product: ProductNetwork, seed: Int
  ) throws {
    let difference = try product.difference
    let domain = try RandomNetworks.box(for: first)
    for point in RandomNetworks.points(of: domain, count: 40, seed: UInt64(seed)) {
      #expect(
        RandomPairs.outputs(of: difference, at: point)
          == RandomPairs.differences(first, second, at: point))
    }
  }
}
