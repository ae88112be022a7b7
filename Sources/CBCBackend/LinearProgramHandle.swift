internal import CBCShim
internal import MILP

/// Owns one linear program of CLP, always a minimization.
@safe
struct LinearProgramHandle: ~Copyable {
  private let program: OpaquePointer

  /// Loads a model.
  init(_ model: borrowing ForeignModel) throws(SolverError) {
    var created: OpaquePointer?
    let code = unsafe model.lend { model in unsafe esp_lp_create(model, &created) }
    try checkShimCode(code, solver: CLPSolver.name)
    guard let created = unsafe created else {
      throw .crashed(solver: CLPSolver.name, reason: "no program was created")
    }
    unsafe program = created
  }

  deinit { unsafe esp_lp_destroy(program) }

  /// Replaces the minimized objective.
  func setObjective(_ objective: [Double]) throws(SolverError) {
    try checkShimCode(unsafe esp_lp_set_objective(program, objective), solver: CLPSolver.name)
  }

  /// Replaces the bounds of one column.
  func setColumnBounds(_ column: Int, lower: Double, upper: Double) throws(SolverError) {
    try checkShimCode(
      unsafe esp_lp_set_column_bounds(program, Int32(column), lower, upper),
      solver: CLPSolver.name)
  }

  /// Replaces the bounds of one row.
  func setRowBounds(_ row: Int, lower: Double, upper: Double) throws(SolverError) {
    try checkShimCode(
      unsafe esp_lp_set_row_bounds(program, Int32(row), lower, upper), solver: CLPSolver.name)
  }

  /// Solves from the last basis.
  func solve(iterationLimit: Int) throws(SolverError) -> esp_lp_result {
    var result = esp_lp_result()
    let limit = Int32(clamping: iterationLimit)
    try checkShimCode(unsafe esp_lp_solve(program, limit, &result), solver: CLPSolver.name)
    return result
  }

  /// The point and the row duals of the last solve.
  func read(
    columnCount: Int, rowCount: Int
  ) throws(SolverError) -> (point: [Double], duals: [Double]) {
    var point = [Double](repeating: 0, count: columnCount)
    var duals = [Double](repeating: 0, count: rowCount)
    try checkShimCode(unsafe esp_lp_read(program, &point, &duals), solver: CLPSolver.name)
    return (point, duals)
  }

  /// Multipliers that prove the last solve's claim of infeasibility up to rounding, or nil.
  func findRay(rowCount: Int) throws(SolverError) -> [Double]? {
    var ray = [Double](repeating: 0, count: rowCount)
    var hasRay: Int32 = 0
    try checkShimCode(unsafe esp_lp_find_ray(program, &ray, &hasRay), solver: CLPSolver.name)
    return hasRay == 0 ? nil : ray
  }
}
