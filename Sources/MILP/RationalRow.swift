public import ExactArithmetic

/// One dense constraint of an exact linear program.
public struct RationalRow: Hashable, Sendable {
  /// One coefficient per column.
  public let coefficients: [Dyadic]
  /// How the activity compares to the right side.
  public let relation: RowRelation
  /// The right side.
  public let rightSide: Dyadic

  /// The row `coefficients · x  relation  rightSide`.
  public init(_ coefficients: [Dyadic], _ relation: RowRelation, _ rightSide: Dyadic) {
    self.coefficients = coefficients
    self.relation = relation
    self.rightSide = rightSide
  }
}
