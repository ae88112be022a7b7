internal import ExactArithmetic

/// One unit of a layer with exact numbers: its weights that are not zero, and its bias.
struct ExactRow: Sendable {
  /// A weight with the column that it stands in.
  struct Term: Sendable {
    let column: Int
    let weight: Dyadic
  }

  var terms: [Term]
  var bias: Dyadic

  /// The affine value.
  func value(at inputs: [Dyadic]) -> Dyadic {
    terms.reduce(into: bias) { sum, term in
      if !inputs[term.column].isZero { sum += term.weight * inputs[term.column] }
    }
  }
}
