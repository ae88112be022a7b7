internal import ExactArithmetic

/// A linear form over the inputs with exact coefficients.
struct LinearForm {
  private(set) var coefficients: [Int: Dyadic]
  private(set) var constant: Dyadic

  /// A number.
  init(constant: Dyadic) {
    coefficients = [:]
    self.constant = constant
  }

  /// One input.
  init(input: Int) {
    coefficients = [input: .one]
    constant = .zero
  }

  /// True if no input is left in it.
  var isConstant: Bool { coefficients.isEmpty }

  /// Adds `factor · other`.
  mutating func add(_ other: LinearForm, times factor: Dyadic) {
    constant += factor * other.constant
    for (input, coefficient) in other.coefficients {
      let sum = (coefficients[input] ?? .zero) + factor * coefficient
      coefficients[input] = sum.isZero ? nil : sum
    }
  }

  /// The form times a number.
  func scaled(by factor: Dyadic) -> LinearForm {
    var form = LinearForm(constant: .zero)
    form.add(self, times: factor)
    return form
  }
}
