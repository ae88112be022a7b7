/// Something that solves linear programs and is never believed.
public protocol LPEngine: Sendable {
  /// Loads the relaxation of `model`; integrality is ignored.
  func makeSession(_ model: MILPModel) throws(SolverError) -> any LPSession
}
