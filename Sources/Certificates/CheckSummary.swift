internal import BigInt

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
  /// For each part, the regions after 1, 2, … layers, if regions are claimed.
  public let regionCounts: [[Int]]?
  /// How many layers count then.
  public let regionLayerCount: Int?
  /// Rewrites, if there is a pruning.
  public let rewriteCount: Int?

  /// The regions of all parts together after 1, 2, … layers, in decimal digits.
  public var regionTotals: [String]? {
    regionCounts.map { counts in
      (0..<(regionLayerCount ?? 0)).map { k in
        String(counts.reduce(BigInt(1)) { $0 * BigInt($1[k]) })
      }
    }
  }
}
