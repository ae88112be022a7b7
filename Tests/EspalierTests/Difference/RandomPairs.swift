import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Pairs of small networks with the same inputs and outputs.
enum RandomPairs {
  /// Two unrelated networks, often of different depth, some units of them linear.
  static func unrelated(seed: UInt64) throws -> (Network, Network) {
    let first = try RandomNetworks.integers(seed: seed, identityShare: 0.2)
    var other = seed &+ 1000
    while true {
      let second = try RandomNetworks.integers(seed: other, identityShare: 0.2)
      if second.inputCount == first.inputCount { return (first, second) }
      other &+= 1
    }
  }

  /// A network with weights of which no two are the same.
  static func generic(seed: UInt64) throws -> Network {
    var generator = SplitMix64(seed: seed)
    let pattern = try RandomNetworks.integers(seed: seed)
    let layers = pattern.layers.map { layer in
      let numbers = (0..<layer.parameterCount).map { _ in
        Double(Float.random(in: -2...2, using: &generator))
      }
      return Layer(
        weights: Matrix(
          rowCount: layer.unitCount, columnCount: layer.inputCount,
          elements: Array(numbers.dropFirst(layer.unitCount))),
        biases: Array(numbers.prefix(layer.unitCount)), activations: layer.activations)
    }
    return try Network(layers: layers, scalarType: .float32)
  }

  /// A network with its hidden units in another order, each scaled by a power of two.
  static func rearranged(_ network: Network, seed: UInt64) throws -> Network {
    var generator = SplitMix64(seed: seed)
    var order = Array(0..<network.inputCount)
    var powers = order.map { _ in 0 }
    var layers: [Layer] = []
    for (k, layer) in network.layers.enumerated() {
      let isLast = k == network.layers.count - 1
      let rows =
        isLast ? Array(0..<layer.unitCount) : (0..<layer.unitCount).shuffled(using: &generator)
      let scales = rows.map { _ in isLast ? 0 : Int.random(in: -3...3, using: &generator) }
      func scaled(_ value: Double, _ power: Int) -> Double {
        Double(sign: .plus, exponent: power, significand: value)
      }
      let weights = zip(rows, scales).map { row, scale in
        zip(order, powers).map { scaled(layer.weights[row, $0], scale - $1) }
      }
      layers.append(
        Layer(
          weights: Matrix(rows: weights),
          biases: zip(rows, scales).map { scaled(layer.biases[$0], $1) },
          activations: rows.map { layer.activations[$0] }))
      (order, powers) = (rows, scales)
    }
    return try Network(layers: layers, scalarType: network.scalarType)
  }

  /// A network with one weight of one layer moved.
  static func perturbed(_ network: Network, layer index: Int, by amount: Double) throws -> Network {
    let layers = network.layers.enumerated().map { k, layer in
      guard k == index else { return layer }
      var elements = layer.weights.elements
      elements[0] += amount
      return Layer(
        weights: Matrix(
          rowCount: layer.unitCount, columnCount: layer.inputCount, elements: elements),
        biases: layer.biases, activations: layer.activations)
    }
    return try Network(layers: layers, scalarType: .float64)
  }

  /// The outputs at a point, without any of the code under test.
  static func outputs(of network: Network, at point: [Dyadic]) -> [Dyadic] {
    network.layers.reduce(point) { inputs, layer in
      (0..<layer.unitCount).map { i in
        let sum = layer.weights.row(i).enumerated().reduce(Dyadic(layer.biases[i])) {
          $0 + Dyadic($1.element) * inputs[$1.offset]
        }
        return layer.activations[i] == .relu ? max(sum, .zero) : sum
      }
    }
  }

  static func differences(_ first: Network, _ second: Network, at point: [Dyadic]) -> [Dyadic] {
    zip(outputs(of: first, at: point), outputs(of: second, at: point)).map { $0 - $1 }
  }
}
