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
    guard let combined = combinedExponent(multiplierBitCount: multipliers.bitCount) else {
      return nil
    }
    var sums = [Int128](repeating: 0, count: columnCount)
    sums.withUnsafeMutableBufferPointer { combine(multipliers, into: $0) }
    return ScaledVector(exponent: multipliers.exponent + combined, values: sums)
  }

  /// The power of two of a combination of rows besides that of the multipliers, or nil if 128 bits
  /// might not hold it.
  private func combinedExponent(multiplierBitCount: Int) -> Int? {
    let shift = exponent - fineExponent
    let bits = multiplierBitCount + coarseBitCount + carryBits(rowCount)
    if fine.isEmpty { return bits <= 125 ? exponent : nil }
    let fineBits = multiplierBitCount + 63 + carryBits(rowCount)
    return bits + shift <= 125 && fineBits <= 125 ? fineExponent : nil
  }

  private func combine(
    _ multipliers: ScaledVector, into sums: UnsafeMutableBufferPointer<Int128>
  ) {
    if multipliers.bitCount <= 63 {
      // Both factors are known to have 64 bits, so one machine multiplication is enough.
      let narrow = multipliers.values.map { Int64(truncatingIfNeeded: $0) }
      narrow.withUnsafeBufferPointer { combine($0, into: sums) }
      return
    }
    for (i, multiplier) in multipliers.values.enumerated() where multiplier != 0 {
      for j in 0..<columnCount { sums[j] &+= multiplier &* Int128(coarse[i * columnCount + j]) }
    }
    addFine(to: sums) { multipliers.values[$0] }
  }

  /// Adds `Σ_i multiplier_i · row_i` to sums that are 0.
  ///
  /// - Precondition: `combinedExponent` has shown that nothing overflows.
  private func combine(
    _ multipliers: UnsafeBufferPointer<Int64>, into sums: UnsafeMutableBufferPointer<Int128>
  ) {
    coarse.withUnsafeBufferPointer { weights in
      for i in 0..<rowCount where multipliers[i] != 0 {
        let (factor, start) = (multipliers[i], i * columnCount)
        for j in 0..<columnCount {
          sums[j] &+= Int128(factor) &* Int128(weights[start + j])
        }
      }
    }
    addFine(to: sums) { Int128(multipliers[$0]) }
  }

  private func addFine(
    to sums: UnsafeMutableBufferPointer<Int128>, _ multiplier: (Int) -> Int128
  ) {
    if fine.isEmpty { return }
    let shift = exponent - fineExponent
    for j in sums.indices { sums[j] <<= shift }
    for (i, row) in fine.enumerated() where !row.isEmpty {
      let factor = multiplier(i)
      for weight in row { sums[weight.column] += factor * Int128(weight.value) }
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
