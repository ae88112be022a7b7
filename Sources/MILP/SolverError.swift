/// A solver that cannot be used, not even for a claim.
public enum SolverError: Error, Hashable, Sendable {
  /// The status is in no row of our table; the text lists all its numbers.
  case unknownStatus(solver: String, status: String)
  /// The solver refused to load the model.
  case modelRefused(solver: String, reason: String)
  /// The solver raised an exception or ran out of memory.
  case crashed(solver: String, reason: String)
  /// Two claims contradict each other, or one contradicts a proved bound.
  case inconsistent(solver: String, reason: String)
}

extension SolverError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownStatus(let solver, let status):
      "\(solver): expected a status of the table, found \(status); please report the model"
    case .modelRefused(let solver, let reason):
      "\(solver) refused the model: \(reason)"
    case .crashed(let solver, let reason):
      "\(solver) failed: \(reason)"
    case .inconsistent(let solver, let reason):
      "\(solver) contradicts itself: \(reason)"
    }
  }
}
