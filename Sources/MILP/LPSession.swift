/// One linear program that is solved again and again while bounds and objective change.
///
/// Not for use from several threads at a time.
public protocol LPSession: AnyObject {
  /// Replaces all objective coefficients; the sense stays.
  ///
  /// - Precondition: As many finite coefficients as columns.
  func setObjective(_ objective: [Double])

  /// Replaces the bounds of one column.
  ///
  /// - Precondition: `lower <= upper`, both finite, and the column exists.
  func setColumnBounds(_ column: Int, lower: Double, upper: Double)

  /// Replaces the bounds of one row.
  ///
  /// - Precondition: `lower <= upper`, at least one finite, and the row exists.
  func setRowBounds(_ row: Int, lower: Double, upper: Double)

  /// Solves the program as it stands, from the last basis.
  ///
  /// - Throws: `SolverError` if the solver reports something that is not in our table.
  func solve(iterationLimit: Int) throws(SolverError) -> LPOutcome
}
