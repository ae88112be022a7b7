internal import ExactArithmetic
internal import MILP
public import NeuralNetwork

extension InputDomain {
  /// True if the domain has the dimension of its free inputs.
  ///
  /// That is so if some point is strictly inside all rows, and strictly inside the box in every
  /// input that is not fixed. Exact.
  ///
  /// - Precondition: The domain has no ball.
  public var hasInside: Bool {
    if isBox { return true }
    let n = inputCount
    var constraints = rows.map { row in
      var coefficients = [Dyadic](repeating: .zero, count: n + 1)
      for term in row.terms { coefficients[term.input] = Dyadic(term.coefficient) }
      coefficients[n] = .one
      return RationalRow(coefficients, .atMost, Dyadic(row.bound))
    }
    for t in box.lower.indices where box.lower[t] < box.upper[t] {
      var coefficients = [Dyadic](repeating: .zero, count: n + 1)
      (coefficients[t], coefficients[n]) = (.one, Dyadic(-1))
      constraints.append(RationalRow(coefficients, .atLeast, Dyadic(box.lower[t])))
      coefficients[n] = .one
      constraints.append(RationalRow(coefficients, .atMost, Dyadic(box.upper[t])))
    }
    let program = RationalLP(
      lower: box.lower.map { Dyadic($0) } + [.zero], upper: box.upper.map { Dyadic($0) } + [.one],
      rows: constraints, objective: [Dyadic](repeating: .zero, count: n) + [.one])
    guard case .optimal(let depth, _, _, _) = LazyRationalSimplex.solve(program) else {
      return false
    }
    return depth.signum > 0
  }
}
