public import ExactArithmetic

/// A small dense linear program with exact data, always a maximization over a box.
public struct RationalLP: Hashable, Sendable {
  /// The smallest value of each column.
  public let lower: [Dyadic]
  /// The largest value of each column, at least the smallest one.
  public let upper: [Dyadic]
  /// The constraints; there may be none.
  public let rows: [RationalRow]
  /// The coefficients of what is maximized.
  public let objective: [Dyadic]

  /// The number of columns.
  public var columnCount: Int { lower.count }

  /// A program over the box from `lower` to `upper`.
  ///
  /// - Precondition: All lists of columns are equally long and `lower <= upper` everywhere.
  public init(lower: [Dyadic], upper: [Dyadic], rows: [RationalRow], objective: [Dyadic]) {
    precondition(
      lower.count == upper.count && lower.count == objective.count,
      "\(lower.count) lower bounds, \(upper.count) upper bounds, \(objective.count) coefficients")
    precondition(zip(lower, upper).allSatisfy { $0 <= $1 }, "a column has an empty interval")
    precondition(
      rows.allSatisfy { $0.coefficients.count == lower.count },
      "a row has another length than the \(lower.count) columns")
    self.lower = lower
    self.upper = upper
    self.rows = rows
    self.objective = objective
  }
}
