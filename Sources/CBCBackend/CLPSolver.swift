public import MILP

/// Linear programs by CLP, with row duals, rays and warm starts.
public struct CLPSolver: LPEngine {
  static let name = "CLP"

  /// The solver; it has no options.
  public init() {}

  public func makeSession(_ model: MILPModel) throws(SolverError) -> any LPSession {
    try CLPSession(model)
  }
}
