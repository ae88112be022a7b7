internal import BigInt

/// Affine forms of the two parameters of a slice, `(x s + y t + z) · 2^exponent` each.
///
/// The exponent belongs to the layer, so it is not stored with every list of forms.
struct PlaneForms: Hashable, Sendable {
  /// Three integers for each form.
  var values: [BigInt]

  /// Forms that are zero.
  init(zeros count: Int) { values = Array(repeating: 0, count: 3 * count) }

  /// The number of forms.
  var count: Int { values.count / 3 }

  /// The line on which a form is zero, positive where the form is; nil if it is zero everywhere.
  func line(_ i: Int) -> IntegerTriple? {
    let triple = IntegerTriple(values[3 * i], values[3 * i + 1], values[3 * i + 2])
    return triple.isZero ? nil : triple
  }
}
