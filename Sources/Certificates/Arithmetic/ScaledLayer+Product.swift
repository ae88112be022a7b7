extension ScaledLayer {
  /// `W x`, or nil if 128 bits might not hold it or some weights stand apart.
  func product(_ inputs: ScaledVector) -> ScaledVector? {
    guard fine.isEmpty, inputs.bitCount + coarseBitCount + carryBits(columnCount) <= 125 else {
      return nil
    }
    let isNarrow = inputs.bitCount <= 63
    let sums = coarse.withUnsafeBufferPointer { weights in
      inputs.values.withUnsafeBufferPointer { inputs in
        (0..<rowCount).map { i in
          let row = UnsafeBufferPointer(
            rebasing: weights[i * columnCount..<(i + 1) * columnCount])
          var sum: Int128 = 0
          if isNarrow {
            for j in 0..<columnCount { sum &+= row[j].times(inputs[j]) }
          } else {
            for j in 0..<columnCount { sum &+= Int128(row[j]) &* inputs[j] }
          }
          return sum
        }
      }
    }
    return ScaledVector(exponent: inputs.exponent + exponent, values: sums)
  }
}

extension ScaledVector {
  /// The sum with another vector of the same length, or nil if 126 bits might not hold it.
  func adding(_ other: ScaledVector) -> ScaledVector? {
    let lowest = min(exponent, other.exponent)
    let shifts = (exponent - lowest, other.exponent - lowest)
    guard max(bitCount + shifts.0, other.bitCount + shifts.1) <= 125 else { return nil }
    return ScaledVector(
      exponent: lowest,
      values: zip(values, other.values).map { ($0 << shifts.0) + ($1 << shifts.1) })
  }
}
