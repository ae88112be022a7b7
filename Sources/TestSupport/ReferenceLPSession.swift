internal import ExactArithmetic
internal import MILP

/// One linear program that is solved exactly, from the start each time.
final class ReferenceLPSession: LPSession {
  private var columns: [MILPColumn]
  private var rows: [MILPRow]
  private var objective: [Double]
  private let sense: ObjectiveSense

  /// Keeps the relaxation of a model.
  init(_ model: MILPModel) {
    columns = model.columns
    rows = model.rows
    objective = model.objective
    sense = model.sense
  }

  func setObjective(_ objective: [Double]) {
    precondition(objective.count == columns.count, "\(objective.count) coefficients")
    self.objective = objective
  }

  func setColumnBounds(_ column: Int, lower: Double, upper: Double) {
    columns[column] = MILPColumn(lower: lower, upper: upper)
  }

  func setRowBounds(_ row: Int, lower: Double, upper: Double) {
    rows[row] = MILPRow(rows[row].terms, lower: lower, upper: upper)
  }

  func solve(iterationLimit: Int) throws(SolverError) -> LPOutcome {
    let exactRows = rows.map { RationalRow.rows(columnCount: columns.count, $0) }
    let sign: Double = sense == .maximize ? 1 : -1
    let program = RationalLP(
      lower: columns.map { Dyadic($0.lower) }, upper: columns.map { Dyadic($0.upper) },
      rows: exactRows.flatMap(\.self), objective: objective.map { Dyadic(sign * $0) })
    switch RationalSimplex.solve(program) {
    case .optimal(let value, let point, let duals, _):
      return .claimedOptimal(
        value: sign * value.approximation, point: point.map(\.approximation),
        rowDuals: merged(duals, exactRows.map(\.count)).map { sign * $0 })
    case .infeasible(let multipliers):
      return .claimedInfeasible(ray: merged(multipliers, exactRows.map(\.count)))
    }
  }

  /// The two halves of a row with two bounds are one row outside; at most one has a multiplier
  /// in a basis, as both are nonbasic only if they are equal.
  private func merged(_ multipliers: [Rational], _ counts: [Int]) -> [Double] {
    var merged: [Double] = []
    var start = 0
    for count in counts {
      merged.append(multipliers[start..<start + count].reduce(.zero, +).approximation)
      start += count
    }
    return merged
  }
}
