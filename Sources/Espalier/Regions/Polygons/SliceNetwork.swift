internal import BigInt
internal import ExactArithmetic
internal import NeuralNetwork

/// The first layers of a network on a slice, in integers.
struct SliceNetwork: Sendable {
  /// The inputs as forms of the parameters.
  let inputs: PlaneForms
  /// The power of two of the inputs.
  let inputExponent: Int
  /// The layers.
  let layers: [IntegerLayer]
  /// The pre-activations of the first layer.
  let firstForms: PlaneForms
  /// For each layer and unit its place among all ReLU units; nil for identity units.
  let bits: [[Int?]]

  /// The first `layerCount` layers on a slice.
  init(_ network: Network, _ slice: InputSlice, layerCount: Int) {
    let numbers = slice.first + slice.second + slice.origin
    let lowest = numbers.reduce(0) { $1.isZero ? $0 : min($0, $1.exponent) }
    var inputs = PlaneForms(zeros: slice.inputCount)
    for i in 0..<slice.inputCount {
      for (part, number) in [slice.first[i], slice.second[i], slice.origin[i]].enumerated() {
        inputs.values[3 * i + part] = number.significand(atExponent: lowest)
      }
    }
    var exponent = lowest
    var layers: [IntegerLayer] = []
    for layer in network.layers.prefix(layerCount) {
      layers.append(IntegerLayer(layer, inputExponent: exponent))
      exponent = layers[layers.count - 1].exponent
    }
    self.inputs = inputs
    self.layers = layers
    inputExponent = lowest
    firstForms = layers[0].forms(of: inputs) { _ in true }
    var bitCount = 0
    bits = layers.map { layer in
      layer.activations.map { activation in
        guard activation == .relu else { return nil }
        bitCount += 1
        return bitCount - 1
      }
    }
  }

  /// The signs of all ReLU units at a point of the slice, in the order of the units.
  func signs(at point: IntegerTriple) -> [Int] {
    var values = (0..<firstForms.count).map { firstForms.value($0, at: point) }
    var signs: [Int] = []
    for (k, layer) in layers.enumerated() {
      if k > 0 { values = layer.values(of: values, height: point.z) }
      for (i, activation) in layer.activations.enumerated() where activation == .relu {
        signs.append(Int(values[i].signum()))
        if values[i].sign == .minus { values[i] = 0 }
      }
    }
    return signs
  }
}

extension PlaneForms {
  /// The value of a form at a point, times the point's `z`.
  fileprivate func value(_ i: Int, at point: IntegerTriple) -> BigInt {
    values[3 * i] * point.x + values[3 * i + 1] * point.y + values[3 * i + 2] * point.z
  }
}
