internal import CBCShim
internal import MILP

/// Throws what a code of the shim means, unless it is `ESP_OK`.
func checkShimCode(_ code: Int32, solver: String) throws(SolverError) {
  switch esp_code(rawValue: UInt32(bitPattern: code)) {
  case ESP_OK: return
  case ESP_NO_ROWS: throw .modelRefused(solver: solver, reason: "there are no rows")
  case ESP_COLUMN_UNBOUNDED:
    throw .modelRefused(solver: solver, reason: "a column has an infinite bound")
  case ESP_NUMBER_TOO_LARGE:
    throw .modelRefused(solver: solver, reason: "a number is 1e20 or larger; scale the model")
  case ESP_EXCEPTION: throw .crashed(solver: solver, reason: "the library raised an exception")
  case ESP_OUT_OF_MEMORY: throw .crashed(solver: solver, reason: "out of memory")
  default: throw .unknownStatus(solver: solver, status: "code \(code)")
  }
}
