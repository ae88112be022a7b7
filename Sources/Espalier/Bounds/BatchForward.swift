internal import NeuralNetwork

extension Network {
  /// The pre-activations of every layer for a batch of inputs, in plain doubles.
  func preactivations(of inputs: BatchMatrix) -> [BatchMatrix] {
    var current = inputs
    return layers.map { layer in
      let values = current.applied(layer)
      current = values
      for (j, activation) in layer.activations.enumerated() where activation == .relu {
        for i in 0..<values.rowCount where values[i, j] < 0 { current[i, j] = 0 }
      }
      return values
    }
  }

  /// The gradient of one pre-activation of layer `k` per row of a batch, by the input.
  ///
  /// - Parameters:
  ///   - targets: The unit of layer `k` of each row, with the sign that its value is multiplied by.
  ///   - values: The pre-activations of the batch, as `preactivations(of:)` returns them.
  func gradients(
    layer k: Int, targets: [(unit: Int, sign: Double)], values: [BatchMatrix]
  ) -> BatchMatrix {
    let top = layers[k]
    var gradient = BatchMatrix(rowCount: targets.count, columnCount: top.inputCount)
    for (i, target) in targets.enumerated() {
      for (j, weight) in top.weights.row(target.unit).enumerated() {
        gradient[i, j] = target.sign * weight
      }
    }
    for layer in stride(from: k - 1, through: 0, by: -1) {
      for (j, activation) in layers[layer].activations.enumerated() where activation == .relu {
        for i in 0..<gradient.rowCount where values[layer][i, j] <= 0 { gradient[i, j] = 0 }
      }
      gradient = gradient.combined(layers[layer].weights)
    }
    return gradient
  }
}
