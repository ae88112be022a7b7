/// Why a model was refused.
public enum MILPModelError: Error, Hashable, Sendable {
  /// There is no column.
  case noColumns
  /// There is no row; CLP crashes on such models.
  case noRows
  /// A bound of the column is infinite or not a number.
  case columnNotBounded(Int, lower: Double, upper: Double)
  /// The lower bound of the column lies above the upper one.
  case columnEmpty(Int, lower: Double, upper: Double)
  /// The bounds of the row are not numbers, or both are infinite, or on the wrong side.
  case rowBoundsInvalid(Int, lower: Double, upper: Double)
  /// The lower bound of the row lies above the upper one.
  case rowEmpty(Int, lower: Double, upper: Double)
  /// The row names a column that does not exist.
  case columnOutOfRange(row: Int, column: Int, columnCount: Int)
  /// The row names a column twice.
  case columnRepeated(row: Int, column: Int)
  /// A coefficient of the row is infinite or not a number.
  case coefficientNotFinite(row: Int, column: Int, value: Double)
  /// A coefficient of the objective is infinite or not a number.
  case objectiveNotFinite(column: Int, value: Double)
  /// The objective has another length than the list of columns.
  case objectiveCount(expected: Int, found: Int)
}

extension MILPModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noColumns: "expected at least one column, found none"
    case .noRows: "expected at least one row, found none"
    case .columnNotBounded(let column, let lower, let upper):
      "column \(column): expected finite bounds, found [\(lower), \(upper)]"
    case .columnEmpty(let column, let lower, let upper):
      "column \(column): expected lower <= upper, found [\(lower), \(upper)]"
    case .rowBoundsInvalid(let row, let lower, let upper):
      "row \(row): expected at least one finite bound, found [\(lower), \(upper)]"
    case .rowEmpty(let row, let lower, let upper):
      "row \(row): expected lower <= upper, found [\(lower), \(upper)]"
    case .columnOutOfRange(let row, let column, let count):
      "row \(row): expected a column below \(count), found \(column)"
    case .columnRepeated(let row, let column):
      "row \(row): expected distinct columns, found column \(column) twice"
    case .coefficientNotFinite(let row, let column, let value):
      "row \(row), column \(column): expected a finite coefficient, found \(value)"
    case .objectiveNotFinite(let column, let value):
      "objective, column \(column): expected a finite coefficient, found \(value)"
    case .objectiveCount(let expected, let found):
      "objective: expected \(expected) coefficients, found \(found)"
    }
  }
}
