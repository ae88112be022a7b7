/// One nonzero of a row: a coefficient and the column it belongs to.
public struct MILPTerm: Hashable, Sendable {
  /// The index of the column.
  public let column: Int
  /// The factor of the column.
  public let coefficient: Double

  /// The term `coefficient · column`.
  public init(_ coefficient: Double, column: Int) {
    self.column = column
    self.coefficient = coefficient
  }
}
