internal import ExactArithmetic
internal import NeuralNetwork

/// The values of the first layer at the lower corner of a box: in doubles, and exactly on demand.
struct BoxCorner: Sendable {
  private let varying: [Int]
  /// The weights of the inputs that vary, one row per unit.
  private let weights: [[Double]]
  /// The values where all inputs that vary are 0.
  private let fixedValues: [Dyadic]
  private let fixedApproximations: [Double]
  /// The corner's inputs that vary.
  private var inputs: [Double] = []
  private var sums: [Double]
  private var errors: [Double]

  init(_ layer: Layer, domain: Box) {
    let varying = domain.varyingInputs
    let fixed = domain.lower.indices.filter { domain.lower[$0] == domain.upper[$0] }
    self.varying = varying
    weights = (0..<layer.unitCount).map { i in varying.map { layer.weights[i, $0] } }
    fixedValues = (0..<layer.unitCount).map { i in
      fixed.reduce(Dyadic(layer.biases[i])) {
        $0 + Dyadic(layer.weights[i, $1]) * Dyadic(domain.lower[$1])
      }
    }
    fixedApproximations = fixedValues.map(\.approximation)
    sums = fixedApproximations
    errors = sums
  }

  /// Goes to another corner.
  mutating func move(to lower: [Double]) {
    inputs = varying.map { lower[$0] }
    for i in sums.indices {
      var (sum, magnitude) = (fixedApproximations[i], abs(fixedApproximations[i]))
      for (weight, input) in zip(weights[i], inputs) {
        sum += weight * input
        magnitude += abs(weight * input)
      }
      sums[i] = sum
      errors[i] = RoundingFilter.errorOfSum(count: inputs.count + 1, magnitude: magnitude)
    }
  }

  /// The top of the values; nil if all are zero.
  var top: Int? {
    var (largest, error) = (0.0, 0.0)
    for i in sums.indices {
      largest = max(largest, abs(sums[i]))
      error = max(error, errors[i])
    }
    return RoundingFilter.top(largest, error: error)
      ?? Certificates.top(of: sums.indices.map(exactValue))
  }

  /// A value in units of a power of two, rounded down and up.
  func offsets(of i: Int, unit: Int) -> (below: Int64, above: Int64) {
    let filter = RoundingFilter(power: -unit, error: errors[i])
    if let below = filter.floor(sums[i]), let above = filter.ceiling(sums[i]) {
      return (below, above)
    }
    let exact = exactValue(i)
    return (exact.units(ofExponent: unit, .down), exact.units(ofExponent: unit, .up))
  }

  private func exactValue(_ i: Int) -> Dyadic {
    zip(weights[i], inputs).reduce(fixedValues[i]) { $0 + Dyadic($1.0) * Dyadic($1.1) }
  }
}
