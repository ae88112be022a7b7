internal import BigInt
internal import ExactArithmetic

/// Arithmetic modulo the prime `2^61 - 1`, in which dyadic numbers have residues: 2 has an inverse.
enum Residue {
  static let prime: UInt64 = 1 << 61 - 1

  static func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let sum = left + right
    return sum >= prime ? sum - prime : sum
  }

  static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    let low = product.low & prime
    let high = product.high << 3 | product.low >> 61
    return add(low, high)
  }

  /// The inverse of a residue that is not 0, by Fermat's little theorem.
  static func inverse(_ value: UInt64) -> UInt64 {
    var power = prime - 2
    var square = value
    var result: UInt64 = 1
    while power > 0 {
      if power & 1 == 1 { result = multiply(result, square) }
      square = multiply(square, square)
      power >>= 1
    }
    return result
  }

  /// The residue of a number; 2 has order 61.
  static func of(_ number: Dyadic) -> UInt64 {
    if number.isZero { return 0 }
    let magnitude = number.significand.magnitude
    let significand =
      number.bitCount <= 64 ? UInt64(magnitude) % prime : UInt64(magnitude % BigUInt(prime))
    let power = ((number.exponent % 61) + 61) % 61
    let residue = multiply(significand, 1 << UInt64(power))
    return number.signum < 0 && residue != 0 ? prime - residue : residue
  }

  /// The residue of a stored number.
  static func of(_ value: Double) -> UInt64 { of(Dyadic(value)) }

  /// Residues without a pattern, always the same ones.
  static func sequence(count: Int) -> [UInt64] {
    var generator = SeededGenerator(seed: 61)
    return (0..<count).map { _ in UInt64.random(in: 1..<prime, using: &generator) }
  }
}
