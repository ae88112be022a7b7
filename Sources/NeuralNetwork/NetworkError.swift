public import ExactArithmetic

/// Why layers do not make a network.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no layer.
  case noLayers
  /// The first layer has no inputs.
  case noInputs
  /// A layer has no units.
  case emptyLayer(Int)
  /// A layer takes another number of inputs than the layer before gives.
  case shapeMismatch(layer: Int, expected: Int, found: Int)
  /// A layer has another number of biases or activations than units.
  case biasMismatch(layer: Int, expected: Int, found: Int)
  /// A weight (or, with no input, a bias) is not a finite number of the stored type.
  case notStorable(UnitID, input: Int?, value: Double, type: ScalarType)

  public var description: String {
    switch self {
    case .noLayers: "the network has no layers"
    case .noInputs: "the network has no inputs"
    case .emptyLayer(let k): "layer \(k) has no units"
    case .shapeMismatch(let k, let expected, let found):
      "layer \(k): expected \(expected) inputs (the width before it), found \(found)"
    case .biasMismatch(let k, let expected, let found):
      "layer \(k): expected \(expected) biases, found \(found)"
    case .notStorable(let unit, let input, let value, let type):
      "\(unit), \(input.map { "weight of input \($0)" } ?? "bias"): "
        + "expected a finite \(type.rawValue), found \(value)"
    }
  }
}
