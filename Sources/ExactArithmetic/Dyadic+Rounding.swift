internal import BigInt

/// Which way a number is rounded when it does not fit.
public enum RoundingDirection: Sendable {
  /// Towards minus infinity.
  case down
  /// Towards plus infinity.
  case up
  /// To the nearest, ties to the even significand (IEEE 754 default).
  case nearestEven
}

/// The binary floating-point types in which networks are stored.
public enum ScalarType: String, Hashable, Sendable, CaseIterable {
  /// IEEE 754 binary32.
  case float32
  /// IEEE 754 binary64.
  case float64

  /// Bits of the significand, the hidden one included.
  public var precision: Int { self == .float32 ? 24 : 53 }
  /// The exponent of the smallest positive (subnormal) number.
  public var minimumExponent: Int { self == .float32 ? -149 : -1074 }
  /// The exponent of the largest finite number's leading bit.
  public var maximumLeadingExponent: Int { self == .float32 ? 127 : 1023 }
  /// Bytes of one stored number.
  public var byteCount: Int { self == .float32 ? 4 : 8 }
}

extension Dyadic {
  /// This number rounded to at most `bitCount` significant bits; exponents are unbounded.
  public func rounded(_ direction: RoundingDirection, toBitCount limit: Int) -> Dyadic {
    precondition(limit > 0, "a number needs at least one bit, not \(limit)")
    return bitCount <= limit ? self : rounded(direction, dropping: bitCount - limit)
  }

  /// The nearest number of a stored type, ties to even, or nil if that overflows.
  ///
  /// - Source: IEEE 754-2019, section 4.3.1.
  public func nearest(in type: ScalarType) -> Double? {
    let dropped = max(bitCount - type.precision, type.minimumExponent - exponent, 0)
    let value = dropped == 0 || isZero ? self : rounded(.nearestEven, dropping: dropped)
    if value.isZero { return 0 }
    guard value.exponent + value.bitCount - 1 <= type.maximumLeadingExponent else { return nil }
    return value.doubleOfShortNumber
  }

  /// The double nearest to this number; infinite beyond the largest finite one.
  ///
  /// For searching and printing only: a result of this conversion decides nothing.
  public var approximation: Double {
    nearest(in: .float64) ?? (signum < 0 ? -Double.infinity : .infinity)
  }

  /// The value of this number if it is a finite number of the stored type, else nil.
  public func exactly(in type: ScalarType) -> Double? {
    guard let value = nearest(in: type), Dyadic(value) == self else { return nil }
    return value
  }

  private func rounded(_ direction: RoundingDirection, dropping bits: Int) -> Dyadic {
    if let value = narrowSignificand, bits <= Self.narrowBitCount {
      let truncated = value.magnitude >> bits
      let goesAway = Self.goesAway(
        direction, isNegative: value < 0, truncated: truncated,
        remainder: value.magnitude - truncated << bits, one: UInt128(1) << bits)
      let magnitude = Int128(goesAway ? truncated + 1 : truncated)
      return Dyadic(integer: value < 0 ? -magnitude : magnitude, exponent: exponent + bits)
    }
    // Magnitudes only: what a shift does with negative numbers differs between libraries.
    let truncated = significand.magnitude >> bits
    let remainder = significand.magnitude - truncated << bits
    let isNegative = significand.sign == .minus
    let goesAway = Self.goesAway(
      direction, isNegative: isNegative, truncated: truncated, remainder: remainder,
      one: BigUInt(1) << bits)
    let magnitude = BigInt(goesAway ? truncated + 1 : truncated)
    return Dyadic(isNegative ? -magnitude : magnitude, exponent: exponent + bits)
  }

  /// True if a truncated magnitude must grow by one, given what was cut off of `one`.
  private static func goesAway<Magnitude: BinaryInteger>(
    _ direction: RoundingDirection, isNegative: Bool, truncated: Magnitude, remainder: Magnitude,
    one: Magnitude
  ) -> Bool {
    switch direction {
    case .down: isNegative && remainder != 0
    case .up: !isNegative && remainder != 0
    case .nearestEven:
      remainder > one - remainder || remainder == one - remainder && truncated & 1 == 1
    }
  }

  /// The factors and their product are finite doubles, so nothing is rounded here.
  private var doubleOfShortNumber: Double {
    // At most 53 bits are left. The generic conversion of a 128-bit integer is slow.
    let significandValue = Double(Int64(truncatingIfNeeded: narrowSignificand ?? 0))
    let normal = max(exponent, -1022)
    return significandValue * Double(normalPowerOfTwo: normal)
      * Double(normalPowerOfTwo: exponent - normal)
  }
}

extension Double {
  /// `2^exponent` for an exponent from -1022 to 1023.
  fileprivate init(normalPowerOfTwo exponent: Int) {
    self.init(bitPattern: UInt64(exponent + 1023) << 52)
  }
}
