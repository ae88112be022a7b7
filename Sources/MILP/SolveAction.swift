/// What a solver does after it has shown a candidate.
public enum SolveAction: Hashable, Sendable {
  /// Go on searching.
  case keepSearching
  /// Stop as soon as possible; the outcome is `stopped(.caller, …)`.
  case stop
}
