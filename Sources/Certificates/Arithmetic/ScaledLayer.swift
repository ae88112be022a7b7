internal import ExactArithmetic
internal import NeuralNetwork

/// The weights of one layer as 64-bit integers times one power of two.
///
/// The few weights that are too small for that power stand apart, with a power of their own:
/// trained networks have weights from 2^-43 to 1 in one layer.
struct ScaledLayer {
  /// A weight that is too small for the common power of two.
  struct FineWeight {
    let column: Int
    let value: Int64
  }

  let rowCount: Int
  let columnCount: Int
  /// The power of two of `coarse`.
  let exponent: Int
  /// The weights, row-major; 0 where the weight stands in `fine`.
  let coarse: [Int64]
  /// The bits of the largest coarse weight.
  let coarseBitCount: Int
  /// The power of two of `fine`, at most `exponent`.
  let fineExponent: Int
  /// The remaining weights of each row; empty if no row has any.
  let fine: [[FineWeight]]

  /// The layer in integers, or nil if its weights differ too much in size.
  init?(_ layer: Layer) {
    let weights = layer.weights.elements.map(ShortWeight.init)
    var lowest = Int.max
    var top = Int.min
    for weight in weights where weight.significand != 0 {
      lowest = min(lowest, weight.exponent)
      top = max(top, weight.exponent + weight.bitCount)
    }
    if lowest == Int.max { (lowest, top) = (0, 0) }
    let common = max(lowest, top - 62)
    guard common - lowest <= 9 || weights.allSatisfy({ Self.fits($0, above: lowest, common) })
    else { return nil }
    var coarse = [Int64](repeating: 0, count: weights.count)
    var fine: [[FineWeight]] = []
    for (position, weight) in weights.enumerated() where weight.significand != 0 {
      if weight.exponent >= common {
        coarse[position] = weight.significand << (weight.exponent - common)
      } else {
        if fine.isEmpty { fine = Array(repeating: [], count: layer.unitCount) }
        let value = weight.significand << (weight.exponent - lowest)
        let column = position % layer.inputCount
        fine[position / layer.inputCount].append(FineWeight(column: column, value: value))
      }
    }
    rowCount = layer.unitCount
    columnCount = layer.inputCount
    exponent = common
    self.coarse = coarse
    coarseBitCount = coarse.reduce(0) { max($0, 64 - $1.magnitude.leadingZeroBitCount) }
    fineExponent = lowest
    self.fine = fine
  }

  /// True if a weight is coarse, or fits into 63 bits at the fine power of two.
  private static func fits(_ weight: ShortWeight, above lowest: Int, _ common: Int) -> Bool {
    guard weight.significand != 0, weight.exponent < common else { return true }
    return weight.exponent + weight.bitCount - lowest <= 63
  }

  /// Row `i`, or nil if some of its weights stand apart.
  func row(_ i: Int) -> ScaledVector? {
    guard fine.isEmpty || fine[i].isEmpty else { return nil }
    return ScaledVector(
      exponent: exponent,
      values: coarse[i * columnCount..<(i + 1) * columnCount].map { Int128($0) })
  }

  /// `Σ_i multiplier_i · row_i`, or nil if 128 bits might not hold it.
  func combination(_ multipliers: ScaledVector) -> ScaledVector? {
    let shift = exponent - fineExponent
    let isFine = !fine.isEmpty
    let bits = multipliers.bitCount + coarseBitCount + carryBits(rowCount)
    let fineBits = multipliers.bitCount + 63 + carryBits(rowCount)
    guard bits + (isFine ? shift : 0) <= 125, !isFine || fineBits <= 125 else { return nil }
    var sums = [Int128](repeating: 0, count: columnCount)
    accumulate(multipliers, into: &sums)
    guard isFine else {
      return ScaledVector(exponent: multipliers.exponent + exponent, values: sums)
    }
    for j in sums.indices { sums[j] <<= shift }
    for (i, row) in fine.enumerated() {
      for weight in row { sums[weight.column] += multipliers.values[i] * Int128(weight.value) }
    }
    return ScaledVector(exponent: multipliers.exponent + fineExponent, values: sums)
  }

  /// The size test of `combination` has shown that nothing overflows here.
  private func accumulate(_ multipliers: ScaledVector, into sums: inout [Int128]) {
    let isNarrow = multipliers.bitCount <= 63
    coarse.withUnsafeBufferPointer { weights in
      sums.withUnsafeMutableBufferPointer { sums in
        for (i, multiplier) in multipliers.values.enumerated() where multiplier != 0 {
          let row = UnsafeBufferPointer(
            rebasing: weights[i * columnCount..<(i + 1) * columnCount])
          if isNarrow {
            // Both factors are known to have 64 bits, so one machine multiplication is enough.
            let factor = Int64(truncatingIfNeeded: multiplier)
            for j in 0..<columnCount { sums[j] &+= Int128(factor) &* Int128(row[j]) }
          } else {
            for j in 0..<columnCount { sums[j] &+= multiplier &* Int128(row[j]) }
          }
        }
      }
    }
  }
}

/// A stored number as an odd integer, or 0, times a power of two.
private struct ShortWeight {
  let significand: Int64
  let exponent: Int

  /// - Precondition: `value` is finite, as all numbers of a network are.
  init(_ value: Double) {
    if value == 0 {
      (significand, exponent) = (0, 0)
      return
    }
    let fraction = Int64(value.significandBitPattern)
    let biased = Int(value.exponentBitPattern)
    let magnitude = biased == 0 ? fraction : fraction | 1 << 52
    let zeros = magnitude.trailingZeroBitCount
    significand = (value < 0 ? -magnitude : magnitude) >> Int64(zeros)
    exponent = max(biased, 1) - 1075 + zeros
  }

  var bitCount: Int { 64 - significand.magnitude.leadingZeroBitCount }
}
