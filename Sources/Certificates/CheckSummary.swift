/// What an accepted certificate says, in numbers.
public struct CheckSummary: Hashable, Sendable {
  /// How many units have each verdict.
  public let verdictCounts: [Stability: Int]
  /// How many stable units keep their sign in a runtime that rounds.
  public let floatSafeCount: Int
  /// Lemmas and trees.
  public let stepCount: Int
  /// Leaves of all of them.
  public let leafCount: Int
  /// Points.
  public let pointCount: Int
  /// Rewrites, if there is a pruning.
  public let rewriteCount: Int?
}
