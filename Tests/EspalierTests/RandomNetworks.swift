import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Small networks and domains from seeds.
enum RandomNetworks {
  /// A network with small integer weights, in which ties and dead units abound.
  static func integers(seed: UInt64, identityShare: Double = 0) throws -> Network {
    var generator = SplitMix64(seed: seed)
    let inputCount = Int.random(in: 1...3, using: &generator)
    let hiddenCount = Int.random(in: 1...3, using: &generator)
    var width = inputCount
    var layers: [Layer] = []
    for k in 0...hiddenCount {
      let unitCount = k == hiddenCount ? 2 : Int.random(in: 2...4, using: &generator)
      let weights = (0..<unitCount * width).map { _ in
        Double(Int.random(in: -2...2, using: &generator))
      }
      let biases = (0..<unitCount).map { _ in Double(Int.random(in: -3...3, using: &generator)) / 2
      }
      let activations = (0..<unitCount).map { _ -> Activation in
        let isIdentity = Double.random(in: 0..<1, using: &generator) < identityShare
        return k == hiddenCount || isIdentity ? .identity : .relu
      }
      layers.append(
        Layer(
          weights: Matrix(rowCount: unitCount, columnCount: width, elements: weights),
          biases: biases, activations: activations))
      width = unitCount
    }
    return try Network(layers: layers, scalarType: .float32)
  }

  /// The box from -1 to 1 for every input of a network.
  static func box(for network: Network) throws -> InputDomain {
    try InputDomain(box: Box(lower: -1, upper: 1, count: network.inputCount))
  }

  /// Points of a box, exactly.
  static func points(of domain: InputDomain, count: Int, seed: UInt64) -> [[Dyadic]] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { i in
      zip(domain.box.lower, domain.box.upper).map { low, high in
        let share =
          i % 4 == 0
          ? Double(Int.random(in: 0...1, using: &generator))
          : Double(Int.random(in: 0...64, using: &generator)) / 64
        return Dyadic(low) + (Dyadic(high) - Dyadic(low)) * Dyadic(share)
      }
    }
  }
}
