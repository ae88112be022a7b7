public import BigInt

/// An exact number `significand · 2^exponent`.
///
/// Every finite float is one, and sums, differences and products of dyadic numbers are dyadic, so
/// everything that the checker decides is decided without rounding. There is no division.
/// Normalized: the significand is odd, or the number is zero and so is its exponent. Significands
/// of up to 126 bits are machine integers, longer ones big integers; equal numbers have one form.
public struct Dyadic: Hashable, Sendable {
  /// The odd significand, or zero.
  enum Significand: Hashable, Sendable {
    /// At most `Dyadic.narrowBitCount` bits.
    case narrow(Int128)
    /// More bits.
    case wide(BigInt)
  }

  /// The most bits of a significand that is a machine integer.
  static let narrowBitCount = 126

  let parts: Significand
  /// The power of two.
  public let exponent: Int

  /// Zero.
  public static let zero = Dyadic(0)
  /// One.
  public static let one = Dyadic(1)

  /// The number `significand · 2^exponent`, normalized.
  public init(_ significand: BigInt, exponent: Int) {
    if significand.magnitude.bitWidth <= Self.narrowBitCount {
      self.init(integer: significand.narrowed, exponent: exponent)
      return
    }
    let zeros = significand.trailingZeroBitCount
    self.init(odd: zeros == 0 ? significand : significand >> zeros, exponent: exponent + zeros)
  }

  /// The number `significand · 2^exponent`, normalized.
  public init(integer significand: Int128, exponent: Int) {
    if significand == 0 {
      self.init(parts: .narrow(0), exponent: 0)
      return
    }
    let zeros = significand.trailingZeroBitCount
    let odd = significand >> zeros
    if Self.bitCount(of: odd) <= Self.narrowBitCount {
      self.init(parts: .narrow(odd), exponent: exponent + zeros)
    } else {
      self.init(parts: .wide(BigInt(exactly: odd)), exponent: exponent + zeros)
    }
  }

  /// An integer.
  public init(_ value: Int) { self.init(integer: Int128(value), exponent: 0) }

  /// The value of a finite double, exactly.
  ///
  /// - Precondition: `value` is finite.
  public init(_ value: Double) {
    precondition(value.isFinite, "\(value) is not a number with a place on the real line")
    let fraction = Int64(value.significandBitPattern)
    let isNormal = value.exponentBitPattern != 0
    let magnitude = isNormal ? fraction | 1 << 52 : fraction
    let exponent = Int(isNormal ? value.exponentBitPattern : 1) - 1075
    self.init(integer: Int128(value < 0 ? -magnitude : magnitude), exponent: exponent)
  }

  private init(parts: Significand, exponent: Int) {
    self.parts = parts
    self.exponent = exponent
  }

  /// A number whose significand is odd already.
  private init(odd significand: BigInt, exponent: Int) {
    self.init(
      parts: significand.magnitude.bitWidth <= Self.narrowBitCount
        ? .narrow(significand.narrowed) : .wide(significand),
      exponent: exponent)
  }

  /// The odd significand, or zero.
  public var significand: BigInt {
    switch parts {
    case .narrow(let value): BigInt(exactly: value)
    case .wide(let value): value
    }
  }

  /// The significand if it has at most 126 bits.
  public var narrowSignificand: Int128? {
    if case .narrow(let value) = parts { return value }
    return nil
  }

  /// -1, 0 or 1.
  public var signum: Int {
    switch parts {
    case .narrow(let value): Int(value.signum())
    case .wide(let value): value.sign == .minus ? -1 : 1
    }
  }

  /// True for zero.
  public var isZero: Bool { parts == .narrow(0) }

  /// The number of bits of the significand.
  public var bitCount: Int {
    switch parts {
    case .narrow(let value): Self.bitCount(of: value)
    case .wide(let value): value.magnitude.bitWidth
    }
  }

  /// The absolute value.
  public var magnitude: Dyadic { signum < 0 ? -self : self }

  /// The significand of this number when written with a smaller or equal exponent.
  public func significand(atExponent target: Int) -> BigInt {
    precondition(isZero || target <= exponent, "2^\(target) does not divide the number exactly")
    return isZero ? 0 : significand << (exponent - target)
  }

  private static func bitCount(of value: Int128) -> Int {
    128 - value.magnitude.leadingZeroBitCount
  }
}

extension Dyadic: Comparable {
  public static func < (left: Dyadic, right: Dyadic) -> Bool {
    if case .narrow(let a) = left.parts, case .narrow(let b) = right.parts {
      if left.exponent == right.exponent { return a < b }
      if (a < 0) != (b < 0) || a == 0 || b == 0 { return a < b }
    }
    return (left - right).signum < 0
  }
}

extension Dyadic {
  public static prefix func - (number: Dyadic) -> Dyadic {
    switch number.parts {
    case .narrow(let value): Dyadic(parts: .narrow(-value), exponent: number.exponent)
    case .wide(let value): Dyadic(parts: .wide(-value), exponent: number.exponent)
    }
  }

  public static func + (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.isZero { return right }
    if right.isZero { return left }
    if let sum = narrowSum(left, right) { return sum }
    let exponent = min(left.exponent, right.exponent)
    return Dyadic(
      left.significand(atExponent: exponent) + right.significand(atExponent: exponent),
      exponent: exponent)
  }

  /// The sum if 128 bits are sure to hold it.
  private static func narrowSum(_ left: Dyadic, _ right: Dyadic) -> Dyadic? {
    guard case .narrow(let a) = left.parts, case .narrow(let b) = right.parts else { return nil }
    let shift = left.exponent - right.exponent
    if shift >= 0 {
      guard bitCount(of: a) + shift <= narrowBitCount else { return nil }
      return Dyadic(integer: a << shift + b, exponent: right.exponent)
    }
    guard bitCount(of: b) - shift <= narrowBitCount else { return nil }
    return Dyadic(integer: a + b << -shift, exponent: left.exponent)
  }

  public static func - (left: Dyadic, right: Dyadic) -> Dyadic { left + -right }

  public static func * (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.isZero || right.isZero { return .zero }
    let exponent = left.exponent + right.exponent
    if case .narrow(let a) = left.parts, case .narrow(let b) = right.parts,
      bitCount(of: a) + bitCount(of: b) <= narrowBitCount
    {
      return Dyadic(parts: .narrow(a * b), exponent: exponent)
    }
    return Dyadic(odd: left.significand * right.significand, exponent: exponent)
  }

  public static func += (left: inout Dyadic, right: Dyadic) { left = left + right }
  public static func -= (left: inout Dyadic, right: Dyadic) { left = left - right }

  /// The number times a power of two.
  public func scaled(byPowerOfTwo power: Int) -> Dyadic {
    isZero ? self : Dyadic(parts: parts, exponent: exponent + power)
  }
}

extension BigInt {
  /// The value of a machine integer.
  fileprivate init(exactly value: Int128) {
    let magnitude = BigUInt(words: [
      UInt(truncatingIfNeeded: value.magnitude),
      UInt(truncatingIfNeeded: value.magnitude >> 64),
    ])
    self.init(sign: value < 0 ? .minus : .plus, magnitude: magnitude)
  }

  /// The value of an integer that is known to have at most 126 bits.
  ///
  /// By way of the words of the magnitude: converting a long negative `BigInt` loses a bit of it.
  fileprivate var narrowed: Int128 {
    var value: Int128 = 0
    for word in magnitude.words.reversed() { value = value << 64 | Int128(word) }
    return sign == .minus ? -value : value
  }
}
