internal import CBCShim
internal import MILP

/// The table of CBC's status tuples.
///
/// - Source: `CbcModel.hpp` of CBC 2.10.8, comments at `status()` and `secondaryStatus()`.
enum CBCStatus {
  /// The search is complete and has a point.
  case optimal
  /// The search is complete and has no point, or none that beats the cutoff.
  case exhausted
  case stopped(Limit)

  /// Looks the tuple up.
  init(_ result: esp_mip_result) throws(SolverError) {
    let isOptimal = result.is_proven_optimal != 0
    let isInfeasible = result.is_proven_infeasible != 0
    let hasSolution = result.has_solution != 0
    switch (result.status, result.secondary_status, isOptimal, isInfeasible, hasSolution) {
    // 2: the gap is closed, and the gap asked for is zero.
    case (0, 0, true, false, true), (0, 1, true, false, true), (0, 2, true, false, true):
      self = .optimal
    case (0, 0, false, true, false), (0, 1, false, true, false): self = .exhausted
    case (1, 3, false, false, _): self = .stopped(.nodes)
    case (1, 4, false, false, _): self = .stopped(.seconds)
    case (1, 8, false, false, _): self = .stopped(.iterations)
    case (5, 5, false, false, _): self = .stopped(.caller)
    default: throw .unknownStatus(solver: CBCSolver.name, status: Self.text(of: result))
    }
  }

  private static func text(of result: esp_mip_result) -> String {
    "(\(result.status), \(result.secondary_status)), optimal \(result.is_proven_optimal), "
      + "infeasible \(result.is_proven_infeasible), solution \(result.has_solution)"
  }
}
