internal import ExactArithmetic
internal import NeuralNetwork

/// A domain made ready for exact arithmetic.
struct ExactDomain: Sendable {
  let domain: InputDomain
  private let box: ExactBox

  init(_ domain: InputDomain) {
    self.domain = domain
    box = ExactBox(domain.box)
  }

  /// The last two terms of the leaf inequality: what is left of the inputs over the domain.
  func maximum(
    _ coefficients: ExactVector, rows: [Leaf.RowMultiplier], ball weight: Dyadic
  ) -> Dyadic {
    if rows.isEmpty && domain.ball == nil { return box.maximum(coefficients) }
    var reduced = (0..<coefficients.count).map { coefficients[$0] }
    var sum = Dyadic.zero
    for multiplier in rows {
      let row = domain.rows[multiplier.row]
      for term in row.terms { reduced[term.input] -= multiplier.value * Dyadic(term.coefficient) }
      sum += multiplier.value * Dyadic(row.bound)
    }
    guard let ball = domain.ball else { return sum + box.maximum(ExactVector(reduced)) }
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
}
