internal import CBCShim
internal import MILP

/// One linear program in CLP; the basis stays between solves.
final class CLPSession: LPSession {
  private let program: LinearProgramHandle
  private let sense: ObjectiveSense
  private let columnCount: Int
  private let rowCount: Int
  /// What a change was refused for; thrown by the next solve.
  private var refusal: SolverError?

  /// Loads the relaxation of a model.
  init(_ model: MILPModel) throws(SolverError) {
    program = try LinearProgramHandle(ForeignModel(model))
    sense = model.sense
    columnCount = model.columns.count
    rowCount = model.rows.count
  }

  func setObjective(_ objective: [Double]) {
    precondition(
      objective.count == columnCount, "\(objective.count) coefficients, \(columnCount) columns")
    change { program throws(SolverError) in
      try program.setObjective(sense.minimized(objective))
    }
  }

  func setColumnBounds(_ column: Int, lower: Double, upper: Double) {
    precondition((0..<columnCount).contains(column), "column \(column) of \(columnCount)")
    precondition(lower <= upper, "column \(column): [\(lower), \(upper)] is empty")
    change { program throws(SolverError) in
      try program.setColumnBounds(column, lower: lower, upper: upper)
    }
  }

  func setRowBounds(_ row: Int, lower: Double, upper: Double) {
    precondition((0..<rowCount).contains(row), "row \(row) of \(rowCount)")
    precondition(lower <= upper, "row \(row): [\(lower), \(upper)] is empty")
    change { program throws(SolverError) in
      try program.setRowBounds(row, lower: lower, upper: upper)
    }
  }

  func solve(iterationLimit: Int) throws(SolverError) -> LPOutcome {
    if let refusal { throw refusal }
    let result = try program.solve(iterationLimit: iterationLimit)
    switch try CLPStatus(result) {
    case .optimal:
      let (point, duals) = try program.read(columnCount: columnCount, rowCount: rowCount)
      return .claimedOptimal(
        value: sense.minimized(result.objective_value), point: point,
        rowDuals: sense.minimized(duals))
    case .infeasible: return .claimedInfeasible(ray: try program.findRay(rowCount: rowCount))
    case .iterationLimit: return .stopped(.iterations)
    }
  }

  private func change(_ body: (borrowing LinearProgramHandle) throws(SolverError) -> Void) {
    do { try body(program) } catch { refusal = refusal ?? error }
  }
}
