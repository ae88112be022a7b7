internal import BigInt
internal import ExactArithmetic
internal import NeuralNetwork

/// A layer in integers, for forms whose power of two is known beforehand.
struct IntegerLayer: Sendable {
  let activations: [Activation]
  /// The power of two of the pre-activations.
  let exponent: Int
  /// The weights, column by column.
  private let columns: [[BigInt]]
  private let biases: [BigInt]

  /// A layer whose inputs are integers times `2^inputExponent`.
  init(_ layer: Layer, inputExponent: Int) {
    let weights = layer.weights.elements.map { Dyadic($0) }
    let biases = layer.biases.map { Dyadic($0) }
    let lowestWeight = weights.reduce(0) { $1.isZero ? $0 : min($0, $1.exponent) }
    let exponent = biases.reduce(lowestWeight + inputExponent) {
      $1.isZero ? $0 : min($0, $1.exponent)
    }
    let width = layer.inputCount
    columns = (0..<width).map { column in
      (0..<layer.unitCount).map {
        weights[$0 * width + column].significand(atExponent: exponent - inputExponent)
      }
    }
    self.biases = biases.map { $0.significand(atExponent: exponent) }
    self.exponent = exponent
    activations = layer.activations
  }

  /// The number of units.
  var unitCount: Int { biases.count }

  /// The pre-activations, with the inputs for which `isActive` is false left out.
  func forms(of inputs: PlaneForms, where isActive: (Int) -> Bool) -> PlaneForms {
    var forms = PlaneForms(zeros: unitCount)
    for i in biases.indices { forms.values[3 * i + 2] = biases[i] }
    for column in columns.indices where isActive(column) {
      add(input: column, of: inputs, sign: 1, to: &forms)
    }
    return forms
  }

  /// Adds or takes away what one input contributes.
  func add(input column: Int, of inputs: PlaneForms, sign: Int, to forms: inout PlaneForms) {
    for part in 0..<3 {
      let value = inputs.values[3 * column + part]
      if value.isZero { continue }
      let factor = sign < 0 ? -value : value
      for (i, weight) in columns[column].enumerated() where !weight.isZero {
        forms.values[3 * i + part] += weight * factor
      }
    }
  }

  /// The pre-activations at a point, times the factor `height` that its inputs carry.
  func values(of inputs: [BigInt], height: BigInt) -> [BigInt] {
    var sums = biases.map { $0 * height }
    for (column, input) in inputs.enumerated() where !input.isZero {
      for (i, weight) in columns[column].enumerated() { sums[i] += weight * input }
    }
    return sums
  }
}
