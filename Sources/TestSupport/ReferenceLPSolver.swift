internal import ExactArithmetic
public import MILP

/// Linear programs by the rational simplex method, for tests of what calls an `LPEngine`.
public struct ReferenceLPSolver: LPEngine {
  /// The solver; it has no options.
  public init() {}

  public func makeSession(_ model: MILPModel) throws(SolverError) -> any LPSession {
    ReferenceLPSession(model)
  }
}
