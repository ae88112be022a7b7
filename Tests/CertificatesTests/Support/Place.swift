import ExactArithmetic

/// A ratio of two exact numbers; the denominator is positive.
struct Ratio: Comparable, Sendable {
  let numerator: Dyadic
  let denominator: Dyadic

  /// A ratio from its parts; the denominator defaults to 1.
  init(_ numerator: Dyadic, over denominator: Dyadic = .one) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// -1, 0 or 1.
  var signum: Int { numerator.signum }

  static prefix func - (value: Ratio) -> Ratio { Ratio(-value.numerator, over: value.denominator) }

  static func < (left: Ratio, right: Ratio) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }

  static func == (left: Ratio, right: Ratio) -> Bool {
    left.numerator * right.denominator == right.numerator * left.denominator
  }
}

/// An input with rational coordinates, all over one positive denominator.
struct Place: Sendable {
  let numerators: [Dyadic]
  let denominator: Dyadic

  /// The place where a value that is `a` here and `b` there, of opposite signs, is zero.
  ///
  /// Both values stand over the denominators of their places.
  func zero(of a: Dyadic, towards other: Place, _ b: Dyadic) -> Place {
    Place(
      numerators: zip(numerators, other.numerators).map { $0 * b.magnitude + $1 * a.magnitude },
      denominator: denominator * b.magnitude + other.denominator * a.magnitude)
  }
}
