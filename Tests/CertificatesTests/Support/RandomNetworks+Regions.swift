import NeuralNetwork
import TestSupport

extension RandomNetworks {
  /// The most open units of a scene, so that trying all patterns stays quick.
  private static let openUnits = 9

  /// A small network on a small domain with regions to count.
  ///
  /// - Parameter isTied: Whether weights are -1, 0 and 1 without biases: then units coincide,
  ///   vanish on cells and touch their corners.
  mutating func regionScene(isTied: Bool, inputs: ClosedRange<Int> = 1...3) throws -> RegionScene {
    while true {
      let inputCount = Int.random(in: inputs, using: &generator)
      let network =
        try isTied
        ? tiedNetwork(inputCount: inputCount)
        : self.network(inputCount: inputCount, hidden: 1...2, isWritable: true)
      let (domain, member) = try regionDomain(inputCount: inputCount)
      let layerCount = Int.random(in: 1...network.layers.count, using: &generator)
      let scene = try RegionScene(network, domain, member: member, layerCount: layerCount)
      let openCount = scene.parts.reduce(0) { $0 + $1.count }
      let isWanted = openCount > 1 || Int.random(in: 0..<8, using: &generator) == 0
      if isWanted && openCount <= Self.openUnits { return scene }
    }
  }

  private mutating func tiedNetwork(inputCount: Int) throws -> Network {
    var width = inputCount
    let layerCount = Int.random(in: 1...3, using: &generator)
    let layers = (0..<layerCount).map { _ in
      let unitCount = Int.random(in: 2...4, using: &generator)
      let rows = (0..<unitCount).map { _ in
        (0..<width).map { _ in Double(Int.random(in: -1...1, using: &generator)) }
      }
      width = unitCount
      return Layer(
        weights: Matrix(rows: rows), biases: rows.map { _ in 0 }, activation: .relu)
    }
    return try Network(layers: layers, scalarType: .float32)
  }

  /// The square, mostly; or with an input that is fixed, or cut by rows, perhaps to a flat piece.
  private mutating func regionDomain(
    inputCount: Int
  ) throws -> (domain: InputDomain, member: [Double]?) {
    var lower = [Double](repeating: -1, count: inputCount)
    var upper = [Double](repeating: 1, count: inputCount)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0:
      let t = Int.random(in: 0..<inputCount, using: &generator)
      lower[t] = eighth(-8, 8)
      upper[t] = lower[t]
    case 1: upper = upper.map { _ in 0 }
    case 2, 3:
      let (domain, member) = try domain(inputCount: inputCount)
      return (try InputDomain(box: domain.box, rows: domain.rows), member)
    default: break
    }
    return (try InputDomain(box: Box(lower: lower, upper: upper)), nil)
  }
}
