import NeuralNetwork

extension RandomNetworks {
  /// A network in which more can be removed: units that are multiples of others or never cut off,
  /// and a second output that is a multiple of the first, nearly.
  mutating func spareNetwork(inputCount: Int, hidden: ClosedRange<Int>) throws -> Network {
    let network = try network(inputCount: inputCount, hidden: hidden, isWritable: true)
    let last = network.layers.count - 1
    let layers = network.layers.enumerated().map { k, layer in
      var rows = (0..<layer.unitCount).map { Array(layer.weights.row($0)) }
      var biases = layer.biases
      let added = k == last ? 1 : rows.count
      for i in 0..<rows.count where k < last {
        let j = Int.random(in: 0..<added, using: &generator)
        if i != j && Int.random(in: 0..<3, using: &generator) == 0 {
          let factor = ([-1, 1, 2, -0.5] as [Double]).randomElement(using: &generator) ?? 1
          rows[i] = rows[j].map { $0 * factor }
          biases[i] = biases[j] * factor
        }
        if Int.random(in: 0..<3, using: &generator) == 0 {
          biases[i] = 8 + 4 * rows[i].reduce(0) { $0 + abs($1) }.rounded(.up)
        }
      }
      if k == last {
        rows.append(rows[0].map { $0 * 2 })
        biases.append(weight(isInteger: true))
        if Bool.random(using: &generator) { rows[1][0] += 1 }
      }
      let activations = rows.map { _ in layer.activations[0] }
      return Layer(weights: Matrix(rows: rows), biases: biases, activations: activations)
    }
    return try Network(layers: layers, scalarType: network.scalarType)
  }
}
