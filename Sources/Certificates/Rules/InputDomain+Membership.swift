public import ExactArithmetic
public import NeuralNetwork

extension InputDomain {
  /// What keeps a point out of the domain, or nil if it is in it; exact.
  ///
  /// - Precondition: `point` has one number per input.
  public func violation(at point: [Dyadic]) -> String? {
    for (i, x) in point.enumerated()
    where x < Dyadic(box.lower[i]) || x > Dyadic(box.upper[i]) {
      return "input \(i) is \(x), outside \(box.lower[i]) … \(box.upper[i])"
    }
    for (i, row) in rows.enumerated() {
      let sum = row.terms.reduce(Dyadic.zero) { $0 + Dyadic($1.coefficient) * point[$1.input] }
      if sum > Dyadic(row.bound) { return "row \(i) is \(sum), above \(row.bound)" }
    }
    if let ball {
      let distance = zip(point, ball.center).reduce(Dyadic.zero) {
        $0 + ($1.0 - Dyadic($1.1)).magnitude
      }
      if distance > Dyadic(ball.radius) { return "its distance from the center is \(distance)" }
    }
    return nil
  }
}
