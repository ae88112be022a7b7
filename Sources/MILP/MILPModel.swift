/// A mixed-integer linear program over a bounded box of columns.
///
/// Valid by construction: every coefficient and every column bound is finite, every index is in
/// range, there is at least one row and at least one column. Every model therefore is bounded.
public struct MILPModel: Hashable, Sendable {
  /// The variables.
  public let columns: [MILPColumn]
  /// The constraints, at least one.
  public let rows: [MILPRow]
  /// The objective coefficient of each column.
  public let objective: [Double]
  /// Whether the objective is minimized or maximized.
  public let sense: ObjectiveSense

  /// Checks the parts and keeps them as they are.
  ///
  /// - Throws: The first defect found: columns, then rows, then the objective.
  /// - Complexity: Linear in the number of columns and nonzeros.
  public init(
    columns: [MILPColumn], rows: [MILPRow], objective: [Double], sense: ObjectiveSense
  ) throws(MILPModelError) {
    try Self.check(columns)
    try Self.check(rows, columnCount: columns.count)
    try Self.check(objective, columnCount: columns.count)
    self.columns = columns
    self.rows = rows
    self.objective = objective
    self.sense = sense
  }

  /// The same constraints with another objective.
  public func replacing(
    objective: [Double], sense: ObjectiveSense
  ) throws(MILPModelError) -> MILPModel {
    try MILPModel(columns: columns, rows: rows, objective: objective, sense: sense)
  }

  /// The same rows and objective with other columns, for instance with tightened bounds.
  public func replacing(columns: [MILPColumn]) throws(MILPModelError) -> MILPModel {
    try MILPModel(columns: columns, rows: rows, objective: objective, sense: sense)
  }

  private static func check(_ columns: [MILPColumn]) throws(MILPModelError) {
    guard !columns.isEmpty else { throw .noColumns }
    for (index, column) in columns.enumerated() {
      guard column.lower.isFinite, column.upper.isFinite else {
        throw .columnNotBounded(index, lower: column.lower, upper: column.upper)
      }
      guard column.lower <= column.upper else {
        throw .columnEmpty(index, lower: column.lower, upper: column.upper)
      }
    }
  }

  private static func check(_ rows: [MILPRow], columnCount: Int) throws(MILPModelError) {
    guard !rows.isEmpty else { throw .noRows }
    // The last row in which a column was seen: finds repetitions without clearing a set.
    var lastRowOfColumn = [Int](repeating: -1, count: columnCount)
    for (index, row) in rows.enumerated() {
      try checkBounds(of: row, at: index)
      for term in row.terms {
        guard lastRowOfColumn.indices.contains(term.column) else {
          throw .columnOutOfRange(row: index, column: term.column, columnCount: columnCount)
        }
        guard lastRowOfColumn[term.column] != index else {
          throw .columnRepeated(row: index, column: term.column)
        }
        guard term.coefficient.isFinite else {
          throw .coefficientNotFinite(row: index, column: term.column, value: term.coefficient)
        }
        lastRowOfColumn[term.column] = index
      }
    }
  }

  private static func checkBounds(of row: MILPRow, at index: Int) throws(MILPModelError) {
    guard !row.lower.isNaN, !row.upper.isNaN, row.lower < .infinity, row.upper > -.infinity,
      row.lower.isFinite || row.upper.isFinite
    else { throw .rowBoundsInvalid(index, lower: row.lower, upper: row.upper) }
    guard row.lower <= row.upper else {
      throw .rowEmpty(index, lower: row.lower, upper: row.upper)
    }
  }

  private static func check(_ objective: [Double], columnCount: Int) throws(MILPModelError) {
    guard objective.count == columnCount else {
      throw .objectiveCount(expected: columnCount, found: objective.count)
    }
    if let column = objective.firstIndex(where: { !$0.isFinite }) {
      throw .objectiveNotFinite(column: column, value: objective[column])
    }
  }
}
