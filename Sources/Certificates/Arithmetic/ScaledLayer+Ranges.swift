internal import ExactArithmetic

extension ScaledLayer {
  /// The exact range of `W x + b` over `lower ≤ x ≤ upper`, or nil if 256 bits might not hold it.
  func ranges(lower: ScaledVector, upper: ScaledVector, biases: [Dyadic]) -> [Interval]? {
    let inputBits = max(lower.bitCount, upper.bitCount)
    guard inputBits + 64 + carryBits(columnCount) < WideAccumulator.capacity else { return nil }
    let isNarrow =
      inputBits <= 63 && inputBits + coarseBitCount + carryBits(columnCount) <= 125
    return (0..<rowCount).map { i in
      let low = bound(row: i, positive: lower, negative: upper, isNarrow: isNarrow)
      if lower.values == upper.values && lower.exponent == upper.exponent {
        return Interval(low + biases[i])
      }
      let high = bound(row: i, positive: upper, negative: lower, isNarrow: isNarrow)
      return Interval(low + biases[i], high + biases[i])
    }
  }

  /// `Σ_j w_j · (w_j > 0 ? positive_j : negative_j)`.
  private func bound(
    row: Int, positive: ScaledVector, negative: ScaledVector, isNarrow: Bool
  ) -> Dyadic {
    let start = row * columnCount
    let above: Dyadic
    let below: Dyadic
    if isNarrow {
      var sums: (Int128, Int128) = (0, 0)
      coarse.withUnsafeBufferPointer { weights in
        for j in 0..<columnCount {
          let weight = weights[start + j]
          if weight > 0 {
            sums.0 &+= weight.times(positive.values[j])
          } else if weight < 0 {
            sums.1 &+= weight.times(negative.values[j])
          }
        }
      }
      above = ScaledVector(exponent: positive.exponent + exponent, values: [sums.0])[0]
      below = ScaledVector(exponent: negative.exponent + exponent, values: [sums.1])[0]
    } else {
      var sums = (WideAccumulator(), WideAccumulator())
      for j in 0..<columnCount {
        let weight = coarse[start + j]
        if weight > 0 {
          sums.0.add(positive.values[j], times: Int128(weight))
        } else if weight < 0 {
          sums.1.add(negative.values[j], times: Int128(weight))
        }
      }
      above = sums.0.value(exponent: positive.exponent + exponent)
      below = sums.1.value(exponent: negative.exponent + exponent)
    }
    return above + below + fineBound(row: row, positive: positive, negative: negative)
  }

  private func fineBound(
    row: Int, positive: ScaledVector, negative: ScaledVector
  ) -> Dyadic {
    guard !fine.isEmpty, !fine[row].isEmpty else { return .zero }
    var sums = (WideAccumulator(), WideAccumulator())
    for weight in fine[row] {
      if weight.value > 0 {
        sums.0.add(positive.values[weight.column], times: Int128(weight.value))
      } else {
        sums.1.add(negative.values[weight.column], times: Int128(weight.value))
      }
    }
    return sums.0.value(exponent: positive.exponent + fineExponent)
      + sums.1.value(exponent: negative.exponent + fineExponent)
  }
}

extension Int64 {
  /// The exact product with an integer of at most 64 bits.
  func times(_ other: Int128) -> Int128 {
    let product = multipliedFullWidth(by: Int64(truncatingIfNeeded: other))
    return Int128(product.high) << 64 | Int128(product.low)
  }
}
