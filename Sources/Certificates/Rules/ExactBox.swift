internal import ExactArithmetic
internal import NeuralNetwork

/// A box of inputs made ready for exact arithmetic.
struct ExactBox: Sendable {
  private let box: Box
  /// The ends in integers, if they fit.
  private let scaled: (lower: ScaledVector, upper: ScaledVector)?

  init(_ box: Box) {
    self.box = box
    let lower = ScaledVector(box.lower.map { Dyadic($0) })
    let upper = ScaledVector(box.upper.map { Dyadic($0) })
    if let lower, let upper { scaled = (lower, upper) } else { scaled = nil }
  }

  /// The largest value of a linear form on the box.
  func maximum(_ coefficients: ExactVector) -> Dyadic {
    if let scaled, let integers = coefficients.scaled,
      let sum = integers.maximum(lower: scaled.lower, upper: scaled.upper)
    {
      return sum
    }
    var sum = Dyadic.zero
    for t in 0..<coefficients.count {
      let coefficient = coefficients[t]
      let end = coefficient.signum > 0 ? box.upper[t] : box.lower[t]
      if end != 0 && !coefficient.isZero { sum += coefficient * Dyadic(end) }
    }
    return sum
  }
}

extension ScaledVector {
  /// The largest value of `Σ_t r_t x_t` over `lower ≤ x ≤ upper`, or nil if 256 bits might not
  /// hold it.
  fileprivate func maximum(lower: ScaledVector, upper: ScaledVector) -> Dyadic? {
    let bits = bitCount + max(lower.bitCount, upper.bitCount) + carryBits(values.count)
    guard bits < WideAccumulator.capacity else { return nil }
    var above = WideAccumulator()
    var below = WideAccumulator()
    for t in values.indices {
      if values[t] > 0 {
        above.add(values[t], times: upper.values[t])
      } else if values[t] < 0 {
        below.add(values[t], times: lower.values[t])
      }
    }
    return above.value(exponent: exponent + upper.exponent)
      + below.value(exponent: exponent + lower.exponent)
  }
}
