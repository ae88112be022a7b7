internal import ExactArithmetic

/// The integer `E` with `2^E ≤ max |r| < 2^(E+1)`, or nil if all numbers are zero.
func top(of numbers: some Sequence<Dyadic>) -> Int? {
  numbers.lazy.filter { !$0.isZero }.map { $0.exponent + $0.bitCount - 1 }.max()
}

extension Dyadic {
  /// This number in units of a power of two, rounded to an integer.
  ///
  /// - Precondition: It has at most 63 bits.
  func units(ofExponent unit: Int, _ direction: RoundingDirection) -> Int64 {
    if isZero { return 0 }
    let kept = exponent + bitCount - unit
    if kept <= 0 {
      return signum > 0 ? (direction == .up ? 1 : 0) : (direction == .down ? -1 : 0)
    }
    let short = rounded(direction, toBitCount: kept)
    guard let significand = short.narrowSignificand else { preconditionFailure("too long") }
    return Int64(significand << (short.exponent - unit))
  }
}
