internal import BigInt

/// The integer bounds of one variable of an `IntegerDictionary`; nil is no bound.
struct IntegerBounds {
  let lower: BigInt?
  let upper: BigInt?

  /// A variable between two integers.
  init(lower: BigInt, upper: BigInt) {
    self.lower = lower
    self.upper = upper
  }

  /// The activity of a row.
  init(_ relation: RowRelation, _ rightSide: BigInt) {
    lower = relation == .atMost ? nil : rightSide
    upper = relation == .atLeast ? nil : rightSide
  }

  /// True if only one value is allowed.
  var isFixed: Bool { lower != nil && lower == upper }
}
