internal import Certificates
public import ExactArithmetic
public import NeuralNetwork

/// The largest differences between two networks that a search has seen: a lower end, no proof.
public struct SeenDifference: Sendable {
  /// One per output: exact, at the input where it was seen.
  public let differences: [Dyadic]
  /// How many inputs were tried.
  public let inputCount: Int

  private static let sampleCount = 512
  private static let climbSteps = 12

  /// The largest of all outputs.
  public var largest: Dyadic { differences.max() ?? .zero }

  /// Tries samples, then climbs along the gradient of the difference of each output.
  ///
  /// - Parameter member: A point of the domain; needed if it has rows or a ball.
  /// - Throws: `NetworkError` if the networks do not have the same inputs and outputs.
  public init(
    between first: Network, and second: Network, domain: InputDomain, member: [Dyadic]?,
    seed: UInt64
  ) throws {
    let product = ProductNetwork(first, second)
    let network = try product.difference
    let sampler = DomainSampler(
      domain: domain, type: product.scalarType, member: member?.map(\.approximation))
    var generator = SeededGenerator(seed: seed)
    let pool = product.samplePool(
      of: network, sampler,
      inputs: sampler.random(count: Self.sampleCount, using: &generator),
      climbSteps: Self.climbSteps)
    inputCount = pool.sampleCount
    let exact = ExactNetwork(network)
    let top = network.layers.count - 1
    differences = (0..<product.outputCount).map { output in
      let extremes = pool[UnitID(layer: top, index: output)]
      let points = Set([extremes.largestPoint, extremes.smallestPoint])
      return points.compactMap { pool.points[$0] }.map { point in
        let values = exact.preactivations(at: point.map { Dyadic($0) })
        return (values.last?[output] ?? .zero).magnitude
      }.max() ?? .zero
    }
  }
}

extension ProductNetwork {
  /// The inputs given and climbs on both sides of every output of a difference network.
  func samplePool(
    of network: Network, _ sampler: DomainSampler, inputs: [[Double]], climbSteps: Int,
    shouldStop: () -> Bool = { false }
  ) -> SamplePool {
    var pool = SamplePool(network: network)
    pool.add(BatchMatrix(rows: inputs, columnCount: network.inputCount))
    DirectedSearch(network: network, sampler: sampler, endsAtSign: false).climb(
      layer: network.layers.count - 1,
      targets: (0..<outputCount).flatMap { unit in
        Side.allCases.map { BackwardBounds.Target(unit: unit, side: $0) }
      }, steps: climbSteps, pool: &pool, shouldStop: shouldStop)
    return pool
  }
}
