public import BigInt

/// An exact number `significand · 2^exponent`.
///
/// Every finite float is one, and sums, differences and products of dyadic numbers are dyadic, so
/// everything that the checker decides is decided without rounding. There is no division.
/// Normalized: the significand is odd, or the number is zero and so is its exponent.
public struct Dyadic: Hashable, Sendable {
  /// The odd significand, or zero.
  public let significand: BigInt
  /// The power of two.
  public let exponent: Int

  /// Zero.
  public static let zero = Dyadic(0)
  /// One.
  public static let one = Dyadic(1)

  /// The number `significand · 2^exponent`, normalized.
  public init(_ significand: BigInt, exponent: Int) {
    if significand.isZero {
      self.significand = 0
      self.exponent = 0
    } else {
      let zeros = significand.trailingZeroBitCount
      self.significand = zeros == 0 ? significand : significand >> zeros
      self.exponent = exponent + zeros
    }
  }

  /// An integer.
  public init(_ value: Int) { self.init(BigInt(value), exponent: 0) }

  /// The value of a finite double, exactly.
  ///
  /// - Precondition: `value` is finite.
  public init(_ value: Double) {
    precondition(value.isFinite, "\(value) is not a number with a place on the real line")
    let fraction = Int64(value.significandBitPattern)
    let isNormal = value.exponentBitPattern != 0
    let magnitude = isNormal ? fraction | 1 << 52 : fraction
    let exponent = Int(isNormal ? value.exponentBitPattern : 1) - 1075
    self.init(BigInt(value < 0 ? -magnitude : magnitude), exponent: exponent)
  }

  /// -1, 0 or 1.
  public var signum: Int { significand.isZero ? 0 : significand.sign == .minus ? -1 : 1 }

  /// True for zero.
  public var isZero: Bool { significand.isZero }

  /// The number of bits of the significand.
  public var bitCount: Int { significand.magnitude.bitWidth }

  /// The absolute value.
  public var magnitude: Dyadic { signum < 0 ? -self : self }

  /// The significand of this number when written with a smaller or equal exponent.
  public func significand(atExponent target: Int) -> BigInt {
    precondition(isZero || target <= exponent, "2^\(target) does not divide the number exactly")
    return isZero ? 0 : significand << (exponent - target)
  }
}

extension Dyadic: Comparable {
  public static func < (left: Dyadic, right: Dyadic) -> Bool { (left - right).signum < 0 }
}

extension Dyadic {
  public static prefix func - (number: Dyadic) -> Dyadic {
    Dyadic(normalized: -number.significand, exponent: number.exponent)
  }

  public static func + (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.isZero { return right }
    if right.isZero { return left }
    let exponent = min(left.exponent, right.exponent)
    return Dyadic(
      left.significand(atExponent: exponent) + right.significand(atExponent: exponent),
      exponent: exponent)
  }

  public static func - (left: Dyadic, right: Dyadic) -> Dyadic { left + -right }

  public static func * (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.isZero || right.isZero { return .zero }
    return Dyadic(
      normalized: left.significand * right.significand, exponent: left.exponent + right.exponent)
  }

  public static func += (left: inout Dyadic, right: Dyadic) { left = left + right }
  public static func -= (left: inout Dyadic, right: Dyadic) { left = left - right }

  /// The number times a power of two.
  public func scaled(byPowerOfTwo power: Int) -> Dyadic {
    isZero ? self : Dyadic(normalized: significand, exponent: exponent + power)
  }

  private init(normalized significand: BigInt, exponent: Int) {
    self.significand = significand
    self.exponent = exponent
  }
}
