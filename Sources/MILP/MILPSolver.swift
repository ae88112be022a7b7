/// Something that searches for the optimum of a model and is never believed.
public protocol MILPSolver: Sendable {
  /// Searches for the optimum of `model`.
  ///
  /// - Parameters:
  ///   - model: What to solve.
  ///   - limits: When to give up. Points not strictly better than the cutoff may be skipped.
  ///   - onIncumbent: Called with each candidate as it is found; it may stop the search.
  /// - Returns: A claim. Candidates may miss rows and integrality by rounding.
  /// - Throws: `SolverError` if the solver reports something that is not in our table.
  func solve(
    _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome

  /// The same, and shows the points of its relaxations; solvers that have none need not call back.
  ///
  /// - Parameter onRelaxation: Called with points that may miss integrality, and whether each lies
  ///   below the root; may add rows, of which only the upper bound counts, or stop the search.
  func solve(
    _ model: MILPModel, limits: SolveLimits,
    onRelaxation: (_ point: [Double], _ isInTree: Bool) -> RelaxationAnswer,
    onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome
}

extension MILPSolver {
  /// Searches without showing any relaxation.
  public func solve(
    _ model: MILPModel, limits: SolveLimits,
    onRelaxation: (_ point: [Double], _ isInTree: Bool) -> RelaxationAnswer,
    onIncumbent: ([Double]) -> SolveAction
  ) throws(SolverError) -> SolveOutcome {
    try solve(model, limits: limits, onIncumbent: onIncumbent)
  }

  /// Searches for the optimum of `model` without looking at candidates on the way.
  public func solve(
    _ model: MILPModel, limits: SolveLimits
  ) throws(SolverError) -> SolveOutcome {
    try solve(model, limits: limits, onIncumbent: { _ in .keepSearching })
  }
}
