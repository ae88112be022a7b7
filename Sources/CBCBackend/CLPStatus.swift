internal import CBCShim
internal import MILP

/// The table of CLP's status tuples.
///
/// - Source: `ClpModel.hpp` of CLP 1.17.6, comments at `status()` and `secondaryStatus()`.
enum CLPStatus {
  case optimal
  case infeasible
  case iterationLimit

  /// Looks the tuple up.
  init(_ result: esp_lp_result) throws(SolverError) {
    switch (result.status, result.secondary_status) {
    // 2, 3 and 4: optimal after scaling, some infeasibility before; a claim all the same.
    // 6: there is no coefficient at all, so bounds decide.
    case (0, 0), (0, 2), (0, 3), (0, 4), (0, 6): self = .optimal
    case (1, 0), (1, 6): self = .infeasible
    case (3, 0), (3, 10): self = .iterationLimit
    default:
      throw .unknownStatus(
        solver: CLPSolver.name, status: "(\(result.status), \(result.secondary_status))")
    }
  }
}
