internal import ExactArithmetic

/// An exact affine form of the columns of a program.
struct AffineForm {
  /// One coefficient per column.
  var coefficients: [Dyadic]
  /// The constant term.
  var constant = Dyadic.zero

  /// The form that is 0 everywhere.
  init(columnCount: Int) { coefficients = Array(repeating: .zero, count: columnCount) }

  /// Adds a multiple of another form.
  mutating func add(_ other: AffineForm, times factor: Dyadic) {
    constant += factor * other.constant
    for j in coefficients.indices where !other.coefficients[j].isZero {
      coefficients[j] += factor * other.coefficients[j]
    }
  }

  /// The form times a number.
  func scaled(by factor: Dyadic) -> AffineForm {
    var result = AffineForm(columnCount: coefficients.count)
    result.add(self, times: factor)
    return result
  }

  /// `factor` times the value at a point that is given times `factor`.
  func value(at scaledPoint: [Dyadic], factor: Dyadic) -> Dyadic {
    var value = constant * factor
    for (coefficient, x) in zip(coefficients, scaledPoint)
    where !coefficient.isZero && !x.isZero { value += coefficient * x }
    return value
  }
}
