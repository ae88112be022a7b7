public import BigInt
public import ExactArithmetic

extension Rational {
  /// The smallest positive odd integer that turns all `numbers` into dyadic ones, and the products.
  ///
  /// The leaf inequality has a free factor `m`, so exact multipliers may be scaled by it; what is
  /// left is closed in dyadic numbers.
  public static func clearingDenominators(
    of numbers: [Rational]
  ) -> (factor: BigInt, scaled: [Dyadic]) {
    var factor = BigInt(1)
    for number in numbers {
      let odd = number.denominator >> number.denominator.trailingZeroBitCount
      factor *= odd / factor.greatestCommonDivisor(with: odd)
    }
    let scaled = numbers.map { number in
      let power = number.denominator.trailingZeroBitCount
      let odd = number.denominator >> power
      return Dyadic(number.numerator * (factor / odd), exponent: -power)
    }
    return (factor, scaled)
  }
}
