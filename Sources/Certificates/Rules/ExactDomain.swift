internal import ExactArithmetic
internal import NeuralNetwork

/// A domain made ready for exact arithmetic.
struct ExactDomain: Sendable {
  let domain: InputDomain
  /// The ends of the box in integers, if they fit.
  private let box: (lower: ScaledVector, upper: ScaledVector)?

  init(_ domain: InputDomain) {
    self.domain = domain
    let lower = ScaledVector(domain.box.lower.map { Dyadic($0) })
    let upper = ScaledVector(domain.box.upper.map { Dyadic($0) })
    if let lower, let upper { box = (lower, upper) } else { box = nil }
  }

  /// The last two terms of the leaf inequality: what is left of the inputs over the domain.
  func maximum(
    _ coefficients: ExactVector, rows: [Leaf.RowMultiplier], ball weight: Dyadic
  ) -> Dyadic {
    if rows.isEmpty && domain.ball == nil { return boxMaximum(coefficients) }
    var reduced = (0..<coefficients.count).map { coefficients[$0] }
    var sum = Dyadic.zero
    for multiplier in rows {
      let row = domain.rows[multiplier.row]
      for term in row.terms { reduced[term.input] -= multiplier.value * Dyadic(term.coefficient) }
      sum += multiplier.value * Dyadic(row.bound)
    }
    guard let ball = domain.ball else { return sum + boxMaximum(ExactVector(reduced)) }
    for (t, coefficient) in reduced.enumerated() {
      sum += maximum(coefficient, input: t, center: Dyadic(ball.center[t]), weight: weight)
    }
    return sum + weight * Dyadic(ball.radius)
  }

  /// The largest value of `r x - μ |x - center|` over one side of the box.
  private func maximum(
    _ coefficient: Dyadic, input t: Int, center: Dyadic, weight: Dyadic
  ) -> Dyadic {
    let low = Dyadic(domain.box.lower[t])
    let high = Dyadic(domain.box.upper[t])
    func value(_ x: Dyadic) -> Dyadic { coefficient * x - weight * (x - center).magnitude }
    let ends = max(value(low), value(high))
    return low < center && center < high ? max(ends, value(center)) : ends
  }

  private func boxMaximum(_ coefficients: ExactVector) -> Dyadic {
    if let box, let integers = coefficients.scaled,
      let sum = integers.maximum(lower: box.lower, upper: box.upper)
    {
      return sum
    }
    var sum = Dyadic.zero
    for t in 0..<coefficients.count {
      let coefficient = coefficients[t]
      let end = coefficient.signum > 0 ? domain.box.upper[t] : domain.box.lower[t]
      if end != 0 && !coefficient.isZero { sum += coefficient * Dyadic(end) }
    }
    return sum
  }
}

extension ScaledVector {
  /// The largest value of `Σ_t r_t x_t` over `lower ≤ x ≤ upper`, or nil if 256 bits might not
  /// hold it.
  fileprivate func maximum(lower: ScaledVector, upper: ScaledVector) -> Dyadic? {
    let bits = bitCount + max(lower.bitCount, upper.bitCount) + carryBits(values.count)
    guard bits < WideAccumulator.capacity else { return nil }
    var above = WideAccumulator()
    var below = WideAccumulator()
    for t in values.indices {
      if values[t] > 0 {
        above.add(values[t], times: upper.values[t])
      } else if values[t] < 0 {
        below.add(values[t], times: lower.values[t])
      }
    }
    return above.value(exponent: exponent + upper.exponent)
      + below.value(exponent: exponent + lower.exponent)
  }
}
