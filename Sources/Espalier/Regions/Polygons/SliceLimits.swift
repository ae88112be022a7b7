internal import ExactArithmetic
internal import NeuralNetwork

/// The constraints of a domain as lines of a slice, the allowed side positive.
struct SliceLimits {
  let slice: InputSlice
  let domain: InputDomain

  init(_ slice: InputSlice, _ domain: InputDomain) {
    self.slice = slice
    self.domain = domain
  }

  /// True if an input is the same on the whole slice.
  func isFixed(_ input: Int) -> Bool {
    slice.first[input].isZero && slice.second[input].isZero
  }

  /// Checks the inputs that the slice fixes against the box.
  ///
  /// - Throws: `SliceError.outsideDomain`
  func checkFixedInputs() throws(SliceError) {
    for input in 0..<slice.inputCount where isFixed(input) {
      let (lower, upper) = (domain.box.lower[input], domain.box.upper[input])
      let value = slice.origin[input]
      guard value >= Dyadic(lower), value <= Dyadic(upper) else {
        throw .outsideDomain(
          input: input, value: value.approximation, lower: lower, upper: upper)
      }
    }
  }

  /// `x - lower`.
  func lower(_ input: Int) -> IntegerTriple {
    line([(input, .one)], -Dyadic(domain.box.lower[input]))
  }

  /// `upper - x`.
  func upper(_ input: Int) -> IntegerTriple {
    line([(input, -.one)], Dyadic(domain.box.upper[input]))
  }

  /// `bound - Σ coefficient · x`.
  func row(_ row: LinearRow) -> IntegerTriple {
    line(row.terms.map { ($0.input, -Dyadic($0.coefficient)) }, Dyadic(row.bound))
  }

  /// The face `radius - Σ ±(x - center)` of a ball, with the signs that it has at a point.
  func face(of ball: L1Ball, towards point: IntegerTriple) -> IntegerTriple {
    var constant = Dyadic(ball.radius)
    let terms = ball.center.enumerated().map { input, center in
      let center = Dyadic(center)
      let isAbove = line([(input, .one)], -center).sign(at: point) >= 0
      constant += isAbove ? center : -center
      return (input, isAbove ? -Dyadic.one : .one)
    }
    return line(terms, constant)
  }

  /// The line of `Σ coefficient · x + constant`.
  private func line(_ terms: [(input: Int, coefficient: Dyadic)], _ constant: Dyadic)
    -> IntegerTriple
  {
    var parts = [Dyadic.zero, .zero, constant]
    for (input, coefficient) in terms {
      parts[0] += coefficient * slice.first[input]
      parts[1] += coefficient * slice.second[input]
      parts[2] += coefficient * slice.origin[input]
    }
    return IntegerTriple(parts[0], parts[1], parts[2])
  }
}
