internal import ExactArithmetic

/// The unit in which the margin of a unit's sign is measured, so that one margin fits all units.
enum MarginScale {
  /// No margin is larger: the scale is more than half of the largest absolute pre-activation.
  static let largestMargin = 2.0

  /// The largest power of two that is not above the largest absolute value of the interval.
  static func scale(of interval: Interval) -> Double {
    let magnitude = max(interval.magnitude.approximation, .leastNormalMagnitude)
    return Double(sign: .plus, exponent: magnitude.exponent, significand: 1)
  }
}
