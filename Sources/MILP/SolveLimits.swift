/// When a solver may give up, and below which value it need not look.
public struct SolveLimits: Hashable, Sendable {
  /// The largest number of branch-and-bound nodes.
  public let nodes: Int
  /// The largest wall-clock time in seconds, the second belt; nil for none.
  public let seconds: Double?
  /// Points that are not strictly better than this objective value do not matter; nil for none.
  public let cutoff: Double?

  /// The limits of one query.
  ///
  /// - Precondition: `nodes` is positive, `seconds` positive, `cutoff` finite.
  public init(nodes: Int, seconds: Double? = nil, cutoff: Double? = nil) {
    precondition(nodes > 0, "a node limit of \(nodes) allows no search")
    precondition(seconds.map { $0 > 0 } ?? true, "a time limit must be positive")
    precondition(cutoff.map(\.isFinite) ?? true, "a cutoff must be finite")
    self.nodes = nodes
    self.seconds = seconds
    self.cutoff = cutoff
  }
}
