/// What ended a search before it was decided.
public enum Limit: Hashable, Sendable {
  /// The number of branch-and-bound nodes; repeatable.
  case nodes
  /// The number of simplex iterations; repeatable.
  case iterations
  /// Wall-clock time; not repeatable.
  case seconds
  /// The caller asked for the end, usually because a candidate was good enough.
  case caller
  /// The process that searched was lost, as often as it was replaced; not repeatable.
  case workers
}
