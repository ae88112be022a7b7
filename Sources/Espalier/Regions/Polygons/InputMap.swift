public import ExactArithmetic
public import NeuralNetwork

/// An affine map of all inputs, exactly: `weights · x + biases`.
public struct InputMap: Hashable, Sendable {
  /// One row for each output, one number for each input.
  public let weights: [[Dyadic]]
  /// One number for each output.
  public let biases: [Dyadic]

  /// The outputs for an input.
  public func values(at input: [Dyadic]) -> [Dyadic] {
    zip(weights, biases).map { row, bias in
      zip(row, input).reduce(bias) { $0 + $1.0 * $1.1 }
    }
  }
}

extension PolygonSubdivision {
  /// The affine map that a region's pattern makes of the network, in all inputs.
  ///
  /// Beyond the slice it holds as far as the pattern does.
  ///
  /// - Parameter network: The network that was cut.
  public func inputMap(of region: Int, in network: Network) -> InputMap {
    let pattern = regions[region].pattern
    let active = Dictionary(
      uniqueKeysWithValues: zip(units, (0..<pattern.count).map { pattern[$0] }))
    var weights: [[Dyadic]] = []
    var biases: [Dyadic] = []
    let layers = network.layers.prefix(countsAfterLayers.count)
    for output in 0..<maps[regions[region].map].rows.count {
      var row = (0..<(layers.last?.unitCount ?? 0)).map { $0 == output ? Dyadic.one : .zero }
      var bias = Dyadic.zero
      for (k, layer) in layers.enumerated().reversed() {
        var next = [Dyadic](repeating: .zero, count: layer.inputCount)
        for (i, factor) in row.enumerated()
        where !factor.isZero && active[UnitID(layer: k, index: i)] ?? true {
          bias += factor * Dyadic(layer.biases[i])
          for (j, weight) in layer.weights.row(i).enumerated() where weight != 0 {
            next[j] += factor * Dyadic(weight)
          }
        }
        row = next
      }
      weights.append(row)
      biases.append(bias)
    }
    return InputMap(weights: weights, biases: biases)
  }
}
