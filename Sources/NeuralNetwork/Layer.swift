/// What a unit does with its pre-activation.
public enum Activation: String, Hashable, Sendable {
  /// `max(z, 0)`.
  case relu
  /// `z` itself.
  case identity
}

/// One affine map with the activation of each of its units.
public struct Layer: Hashable, Sendable {
  /// The weights: one row per unit, one column per input of the layer.
  public let weights: Matrix
  /// The bias of each unit.
  public let biases: [Double]
  /// The activation of each unit.
  public let activations: [Activation]

  /// A layer from its parts; `Network` checks that they fit.
  public init(weights: Matrix, biases: [Double], activations: [Activation]) {
    self.weights = weights
    self.biases = biases
    self.activations = activations
  }

  /// A layer whose units all have the same activation.
  public init(weights: Matrix, biases: [Double], activation: Activation) {
    self.init(
      weights: weights, biases: biases,
      activations: Array(repeating: activation, count: weights.rowCount))
  }

  /// The number of units.
  public var unitCount: Int { weights.rowCount }
  /// The number of inputs.
  public var inputCount: Int { weights.columnCount }
  /// Weights and biases.
  public var parameterCount: Int { weights.elements.count + biases.count }
  /// Weights and biases that are not zero.
  public var nonzeroCount: Int {
    weights.elements.count { $0 != 0 } + biases.count { $0 != 0 }
  }
}
