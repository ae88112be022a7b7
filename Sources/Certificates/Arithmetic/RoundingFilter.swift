internal import ExactArithmetic

/// Rounds numbers that are known up to an error, where that error leaves no doubt.
///
/// A floating-point filter: nearly always doubles settle what exact numbers would say; where they do
/// not, nothing is said, and the caller takes exact numbers.
///
/// - Source: Shewchuk, Adaptive precision floating-point arithmetic (1997); for the error of a sum
///   of products, Higham, Accuracy and stability of numerical algorithms (2002), section 3.1.
struct RoundingFilter {
  /// What multiplies numbers so that the unit becomes 1; infinite if doubles cannot.
  private let scale: Double
  private let error: Double

  /// - Parameters:
  ///   - power: Numbers are multiplied by 2 to this power.
  ///   - error: No number is farther from the exact one; not a number for no bound at all.
  init(power: Int, error: Double) {
    let isUsable = abs(power) <= 1000
    scale = isUsable ? Double(sign: .plus, exponent: power, significand: 1) : .infinity
    // Scaling rounds where the result is subnormal, and then it is far below the unit.
    self.error = isUsable ? error * scale + (error == 0 ? 0 : 0x1p-1000) : .infinity
  }

  /// More than the error that any order of summation can make in `count` products of doubles.
  ///
  /// With `u = 2^-53` that error is at most `n u / (1 - n u)` times the sum of the magnitudes of the
  /// products, and `2^-1074` for each product that underflows.
  ///
  /// - Parameter magnitude: At least that sum, but for rounding.
  static func errorOfSum(count: Int, magnitude: Double) -> Double {
    // Twice (n + 8) u, for the rounding of the bound itself, and what underflow may take.
    Double(count + 8) * (0x1p-52 * magnitude + Double.leastNonzeroMagnitude)
  }

  /// The smallest integer that is not below a number; nil in doubt.
  @inline(__always)
  func ceiling(_ number: Double) -> Int64? {
    let scaled = number * scale
    guard abs(scaled) < 0x1p52 else { return nil }
    let whole = Int64(scaled)
    let fraction = scaled - Double(whole)
    guard isClear(fraction, number) else { return nil }
    return fraction > 0 ? whole + 1 : whole
  }

  /// The largest integer that is not above a number; nil in doubt.
  @inline(__always)
  func floor(_ number: Double) -> Int64? { ceiling(-number).map { -$0 } }

  /// True if a number with this fraction rounds as the exact one does.
  @inline(__always)
  private func isClear(_ fraction: Double, _ number: Double) -> Bool {
    let distance = abs(fraction)
    return error == 0
      ? distance > 0x1p-900 || number == 0 || distance == 0 && abs(number * scale) >= 1
      : distance > error && 1 - distance > error
  }

  /// The integer `E` with `2^E ≤ largest < 2^(E+1)` for the largest of some magnitudes, as far as
  /// it is known up to an error; nil in doubt.
  static func top(_ largest: Double, error: Double) -> Int? {
    let (low, high) = ((largest - error).nextDown, (largest + error).nextUp)
    if error == 0 { return largest >= 0x1p-1000 ? Int(largest.exponent) : nil }
    guard low > 0x1p-1000, high < .infinity, low.exponent == high.exponent else { return nil }
    return Int(low.exponent)
  }
}
