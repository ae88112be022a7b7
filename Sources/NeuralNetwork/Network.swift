public import ExactArithmetic

/// A feed-forward network of affine layers with ReLU or identity units.
///
/// Layer `k` computes `z^k = W^k h^(k-1) + b^k` and `h^k = σ(z^k)`, with `h^(-1) = x` the input.
/// Its meaning is the function over the reals whose weights are exactly the stored numbers.
/// A value of this type is valid: finite numbers, shapes that fit, at least one layer, and no
/// layer without units.
public struct Network: Hashable, Sendable {
  /// The layers, first to last; the output of the last is the network's output.
  public let layers: [Layer]
  /// The type in which weights are stored; every weight is a number of this type.
  public let scalarType: ScalarType

  /// A network from its layers.
  ///
  /// - Throws: `NetworkError` naming the layer and what does not fit.
  public init(layers: [Layer], scalarType: ScalarType) throws(NetworkError) {
    guard let first = layers.first else { throw .noLayers }
    var width = first.inputCount
    guard width > 0 else { throw .noInputs }
    for (k, layer) in layers.enumerated() {
      guard layer.unitCount > 0 else { throw .emptyLayer(k) }
      guard layer.inputCount == width else {
        throw .shapeMismatch(layer: k, expected: width, found: layer.inputCount)
      }
      guard layer.biases.count == layer.unitCount, layer.activations.count == layer.unitCount
      else {
        throw .biasMismatch(layer: k, expected: layer.unitCount, found: layer.biases.count)
      }
      try Self.checkNumbers(of: layer, index: k, type: scalarType)
      width = layer.unitCount
    }
    self.layers = layers
    self.scalarType = scalarType
  }

  /// The number of inputs.
  public var inputCount: Int { layers[0].inputCount }
  /// The number of outputs.
  public var outputCount: Int { layers[layers.count - 1].unitCount }
  /// All weights and biases.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  /// All weights and biases that are not zero.
  public var nonzeroCount: Int { layers.reduce(0) { $0 + $1.nonzeroCount } }

  /// Every ReLU unit in layer order: the units that have a verdict.
  public var reluUnits: [UnitID] {
    layers.indices.flatMap { k in
      layers[k].activations.indices
        .filter { layers[k].activations[$0] == .relu }
        .map { UnitID(layer: k, index: $0) }
    }
  }

  /// The activation of one unit.
  public func activation(of unit: UnitID) -> Activation {
    layers[unit.layer].activations[unit.index]
  }

  private static func checkNumbers(
    of layer: Layer, index k: Int, type: ScalarType
  ) throws(NetworkError) {
    for (position, value) in layer.weights.elements.enumerated()
    where !isStorable(value, in: type) {
      let place = UnitID(layer: k, index: position / layer.inputCount)
      throw .notStorable(place, input: position % layer.inputCount, value: value, type: type)
    }
    for (i, value) in layer.biases.enumerated() where !isStorable(value, in: type) {
      throw .notStorable(UnitID(layer: k, index: i), input: nil, value: value, type: type)
    }
  }

  private static func isStorable(_ value: Double, in type: ScalarType) -> Bool {
    value.isFinite && (type == .float64 || Double(Float(value)) == value)
  }
}
