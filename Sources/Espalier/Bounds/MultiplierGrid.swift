/// The grid to which the multipliers of one layer of one leaf are rounded.
///
/// Short multipliers keep a certificate small and its check in 128-bit integers; multiples of one
/// power of two restore exact cancellation where a claim holds with equality.
struct MultiplierGrid {
  /// The bits that the largest multiplier keeps at least; one more makes a float32 number.
  static let bitCount = 23
  /// Networks up to this size are checked fast enough in big integers.
  static let smallParameterCount = 4096

  private let step: Double

  /// A grid that keeps some bits of the largest multiplier.
  init(largest: Double, bitCount: Int = Self.bitCount) {
    step =
      largest > 0 && largest.isFinite
      ? Double(sign: .plus, exponent: max(largest.exponent - bitCount, -1022), significand: 1)
      : 1
  }

  /// The multiples of `2^exponent`.
  init(exponent: Int) { step = Double(sign: .plus, exponent: exponent, significand: 1) }

  func round(_ value: Double) -> Double { (value / step).rounded() * step }
}
