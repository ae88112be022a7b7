public import MILP

/// One model with a known answer.
public struct ConformanceCase: Hashable, Sendable, CustomStringConvertible {
  /// What the case is about.
  public let name: String
  /// The model to solve.
  public let model: MILPModel
  /// The limits of the query.
  public let limits: SolveLimits
  /// Whether the caller asks for the end at the first candidate.
  public let stopsAtFirstCandidate: Bool
  /// What must come out.
  public let expectation: ConformanceExpectation

  public var description: String { name }

  init(
    _ name: String, _ model: MILPModel, _ expectation: ConformanceExpectation,
    limits: SolveLimits = SolveLimits(nodes: 10_000), stopsAtFirstCandidate: Bool = false
  ) {
    self.name = name
    self.model = model
    self.limits = limits
    self.stopsAtFirstCandidate = stopsAtFirstCandidate
    self.expectation = expectation
  }
}
