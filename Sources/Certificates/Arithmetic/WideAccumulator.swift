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
