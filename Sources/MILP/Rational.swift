public import BigInt
public import ExactArithmetic

/// An exact quotient of two integers in lowest terms, the denominator positive.
public struct Rational: Hashable, Sendable {
  /// The signed numerator, without a common factor with the denominator.
  public let numerator: BigInt
  /// The positive denominator.
  public let denominator: BigInt

  /// Zero.
  public static let zero = Rational(BigInt(0), 1)

  /// The quotient `numerator / denominator`.
  ///
  /// - Precondition: `denominator` is not zero.
  public init(_ numerator: BigInt, _ denominator: BigInt) {
    precondition(!denominator.isZero, "\(numerator) cannot be divided by zero")
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    let signed = denominator.sign == .minus ? -divisor : divisor
    self.numerator = signed == 1 ? numerator : numerator / signed
    self.denominator = signed == 1 ? denominator : denominator / signed
  }

  /// An integer.
  public init(_ value: Int) {
    numerator = BigInt(value)
    denominator = 1
  }

  /// The value of a dyadic number.
  public init(_ value: Dyadic) {
    numerator = value.exponent > 0 ? value.significand << value.exponent : value.significand
    denominator = value.exponent < 0 ? BigInt(1) << -value.exponent : 1
  }

  /// -1, 0 or 1.
  public var signum: Int { numerator.isZero ? 0 : numerator.sign == .minus ? -1 : 1 }

  /// The value as a dyadic number, or nil if the denominator is no power of two.
  public var dyadic: Dyadic? {
    let power = denominator.trailingZeroBitCount
    return denominator >> power == 1 ? Dyadic(numerator, exponent: -power) : nil
  }

  /// A double near this number, for searching and printing only.
  public var approximation: Double {
    // 64 bits of quotient, then one rounding: off by one unit in the last place at most.
    let bits = denominator.magnitude.bitWidth - numerator.magnitude.bitWidth + 64
    let scaled = bits >= 0 ? numerator << bits : numerator
    let divisor = bits >= 0 ? denominator : denominator << -bits
    return Dyadic(scaled / divisor, exponent: -bits).approximation
  }

  /// The number times a power of two.
  public func scaled(byPowerOfTwo power: Int) -> Rational {
    power >= 0
      ? Rational(numerator << power, denominator) : Rational(numerator, denominator << -power)
  }

  /// The largest integer that is not above this number.
  public var floor: BigInt {
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    return remainder.sign == .minus && !remainder.isZero ? quotient - 1 : quotient
  }
}

extension Rational: Comparable {
  public static func < (left: Rational, right: Rational) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }
}

extension Rational: CustomStringConvertible {
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}

extension Rational {
  public static prefix func - (number: Rational) -> Rational {
    Rational(-number.numerator, number.denominator)
  }

  public static func + (left: Rational, right: Rational) -> Rational {
    Rational(
      left.numerator * right.denominator + right.numerator * left.denominator,
      left.denominator * right.denominator)
  }

  public static func - (left: Rational, right: Rational) -> Rational { left + -right }

  public static func * (left: Rational, right: Rational) -> Rational {
    Rational(left.numerator * right.numerator, left.denominator * right.denominator)
  }

  /// The quotient of two numbers.
  ///
  /// - Precondition: `right` is not zero.
  public static func / (left: Rational, right: Rational) -> Rational {
    Rational(left.numerator * right.denominator, left.denominator * right.numerator)
  }

  public static func += (left: inout Rational, right: Rational) { left = left + right }
}
