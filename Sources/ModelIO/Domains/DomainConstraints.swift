internal import ExactArithmetic
internal import NeuralNetwork

/// Collects linear constraints on inputs until they are a domain.
struct DomainConstraints {
  private var lower: [Double?]
  private var upper: [Double?]
  private var rows: [LinearRow] = []

  /// No constraints on that many inputs.
  init(inputCount: Int) {
    lower = Array(repeating: nil, count: inputCount)
    upper = lower
  }

  /// Adds `form ≤ 0`; returns a note if a number had to be rounded to the nearest double.
  mutating func add(_ form: LinearForm, line: Int) throws(ModelFault) -> String? {
    let terms = form.coefficients.sorted { $0.key < $1.key }
    guard let first = terms.first else {
      guard form.constant <= .zero else {
        throw .invalidDomain(reason: "the domain is empty: the assertion on line \(line) is false")
      }
      return nil
    }
    if terms.count == 1, addBound(input: first.key, first.value, form.constant) { return nil }
    var isExact = true
    var rowTerms: [LinearRow.Term] = []
    for (input, coefficient) in terms {
      let value = try nearest(coefficient, line: line, isExact: &isExact)
      rowTerms.append(LinearRow.Term(input: input, coefficient: value))
    }
    let bound = try nearest(-form.constant, line: line, isExact: &isExact)
    rows.append(LinearRow(terms: rowTerms, bound: bound))
    return isExact ? nil : "line \(line): a row was rounded to the nearest doubles"
  }

  /// Adds `coefficient · x + constant ≤ 0` as a bound if the quotient is exactly a double.
  private mutating func addBound(input: Int, _ coefficient: Dyadic, _ constant: Dyadic) -> Bool {
    let quotient = (-constant).approximation / coefficient.approximation
    guard quotient.isFinite, Dyadic(quotient) * coefficient == -constant else { return false }
    let bound = quotient == 0 ? 0 : quotient
    if coefficient.signum > 0 {
      upper[input] = min(upper[input] ?? bound, bound)
    } else {
      lower[input] = max(lower[input] ?? bound, bound)
    }
    return true
  }

  private func nearest(
    _ number: Dyadic, line: Int, isExact: inout Bool
  ) throws(ModelFault) -> Double {
    guard let value = number.nearest(in: .float64), value != 0 || number.isZero else {
      throw .malformed(
        place: "line \(line)", reason: "a number of the row over- or underflows the doubles")
    }
    if Dyadic(value) != number { isExact = false }
    return value
  }

  /// The domain, if every input has two bounds.
  func domain() throws(ModelFault) -> InputDomain {
    var box: (lower: [Double], upper: [Double]) = ([], [])
    for i in lower.indices {
      guard let low = lower[i], let high = upper[i] else {
        let missing = lower[i] == nil ? (upper[i] == nil ? "bounds" : "lower bound") : "upper bound"
        throw .invalidDomain(
          reason: "input \(i) has no \(missing); every input needs a finite interval")
      }
      box.lower.append(low)
      box.upper.append(high)
    }
    return try .checked(box: Box(lower: box.lower, upper: box.upper), rows: rows)
  }
}

extension InputDomain {
  /// A domain, or the fault that says why its parts make none.
  static func checked(
    box: Box, rows: [LinearRow] = [], ball: L1Ball? = nil
  ) throws(ModelFault) -> InputDomain {
    do throws(DomainError) {
      return try InputDomain(box: box, rows: rows, ball: ball)
    } catch {
      throw .invalidDomain(reason: error.description)
    }
  }
}
