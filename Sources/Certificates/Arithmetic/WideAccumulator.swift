internal import BigInt
internal import ExactArithmetic

/// An exact sum of products of 128-bit integers, in 256 bits.
///
/// The caller knows the sizes: a sum of `n` products of factors of `a` and `b` bits needs
/// `a + b + log2 n + 1` bits, and `capacity` says how many there are.
struct WideAccumulator {
  /// The bits that a sum may need, the sign included.
  static let capacity = 255

  private var high: Int128 = 0
  private var low: UInt128 = 0

  /// Adds `left · right`.
  mutating func add(_ left: Int128, times right: Int128) {
    add(WideProduct(left, right))
  }

  /// Adds a product.
  mutating func add(_ product: WideProduct) {
    let (sum, carry) = low.addingReportingOverflow(product.low)
    low = sum
    high = high &+ product.high &+ (carry ? 1 : 0)
  }

  /// The sum times a power of two, rounded up to some bits, at most 126.
  func roundedUp(toBitCount limit: Int, exponent: Int) -> Dyadic {
    if high == (Int128(bitPattern: low) < 0 ? -1 : 0) {
      return Dyadic(integer: Int128(bitPattern: low), exponent: exponent)
        .rounded(.up, toBitCount: limit)
    }
    // More than 127 bits: what is left of the magnitude after the cut has `limit` of them.
    let isNegative = high < 0
    let magnitude = isNegative ? negated : (UInt128(bitPattern: high), low)
    let bitCount =
      magnitude.0 == 0
      ? 128 - magnitude.1.leadingZeroBitCount : 256 - magnitude.0.leadingZeroBitCount
    let cut = bitCount - limit
    let lost =
      cut >= 128
      ? magnitude.1 != 0 || magnitude.0 << (256 - cut) != 0
      : magnitude.1 << (128 - cut) != 0
    let kept =
      cut >= 128
      ? magnitude.0 >> (cut - 128) : magnitude.0 << (128 - cut) | magnitude.1 >> cut
    let rounded = Int128(kept) + (lost && !isNegative ? 1 : 0)
    return Dyadic(integer: isNegative ? -rounded : rounded, exponent: exponent + cut)
  }

  /// The magnitude of a negative sum.
  private var negated: (UInt128, UInt128) {
    let (flipped, carry) = (~low).addingReportingOverflow(1)
    return (UInt128(bitPattern: ~high) &+ (carry ? 1 : 0), flipped)
  }

  /// The sum times a power of two.
  func value(exponent: Int) -> Dyadic {
    if high == (Int128(bitPattern: low) < 0 ? -1 : 0) {
      return Dyadic(integer: Int128(bitPattern: low), exponent: exponent)
    }
    return Dyadic(BigInt(high) << 128 + BigInt(low), exponent: exponent)
  }
}

/// The exact product of two 128-bit integers.
struct WideProduct: Comparable {
  static let zero = WideProduct(0, 0)

  let high: Int128
  let low: UInt128

  init(_ left: Int128, _ right: Int128) {
    (high, low) = left.multipliedFullWidth(by: right)
  }

  static func < (left: WideProduct, right: WideProduct) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

/// The number of bits of the magnitude of an integer.
func bitLength(_ value: Int128) -> Int { 128 - value.magnitude.leadingZeroBitCount }

/// The number of bits that a sum of `count` terms may need beyond those of a term.
func carryBits(_ count: Int) -> Int { Int.bitWidth - max(count, 1).leadingZeroBitCount }
