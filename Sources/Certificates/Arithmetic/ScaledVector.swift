internal import ExactArithmetic

/// Exact numbers as 128-bit integers times one power of two: the fast path of the checker.
struct ScaledVector {
  /// The power of two.
  let exponent: Int
  /// The integers.
  let values: [Int128]
  /// The bits of the largest magnitude.
  let bitCount: Int

  /// Integers as they are.
  init(exponent: Int, values: [Int128]) {
    self.exponent = exponent
    self.values = values
    bitCount = values.reduce(0) { max($0, bitLength($1)) }
  }

  /// The given numbers, or nil if no power of two makes integers of at most 126 bits of them.
  init?(_ numbers: [Dyadic]) {
    var lowest = Int.max
    var highest = Int.min
    for number in numbers where !number.isZero {
      lowest = min(lowest, number.exponent)
      highest = max(highest, number.exponent + number.bitCount)
    }
    guard lowest != Int.max else {
      self.init(exponent: 0, values: Array(repeating: 0, count: numbers.count))
      return
    }
    guard highest - lowest <= 126 else { return nil }
    self.init(
      exponent: lowest,
      values: numbers.map { ($0.narrowSignificand ?? 0) << ($0.exponent - lowest) })
  }

  /// The vector with another number at one index, or nil if 126 bits do not hold all.
  func replacing(_ i: Int, with number: Dyadic) -> ScaledVector? {
    let lowest = number.isZero ? exponent : min(exponent, number.exponent)
    let shift = exponent - lowest
    let ownShift = number.isZero ? 0 : number.exponent - lowest
    guard bitCount + shift <= 126, number.bitCount + ownShift <= 126,
      let significand = number.narrowSignificand
    else { return nil }
    var changed = values.map { $0 << shift }
    changed[i] = significand << ownShift
    return ScaledVector(exponent: lowest, values: changed)
  }

  /// The number at an index.
  subscript(i: Int) -> Dyadic { Dyadic(integer: values[i], exponent: exponent) }
}
