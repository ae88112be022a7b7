internal import BigInt
public import ExactArithmetic

/// What an accepted certificate says, in numbers.
public struct CheckSummary: Hashable, Sendable {
  /// How many units have each verdict.
  public let verdictCounts: [Stability: Int]
  /// How many stable units keep their sign in a runtime that rounds.
  public let floatSafeCount: Int
  /// The boxes into which the domain is cut; 0 without such a proof.
  public let boxCount: Int
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
  /// What was removed, if there is a pruning.
  public let pruning: PruningSummary?

  /// The regions of all parts together after 1, 2, … layers, in decimal digits.
  public var regionTotals: [String]? {
    regionCounts.map { counts in
      (0..<(regionLayerCount ?? 0)).map { k in
        String(counts.reduce(BigInt(1)) { $0 * BigInt($1[k]) })
      }
    }
  }
}

/// What an accepted certificate says about a removal.
public struct PruningSummary: Hashable, Sendable {
  /// How many rewrites there are.
  public let rewriteCount: Int
  /// A bound on the difference of every output, over the reals.
  public let difference: Dyadic
  /// The same for runtimes that round; nil if nothing is claimed.
  public let floatDifference: Dyadic?
  /// The class that both networks answer everywhere, if that is claimed.
  public let outputClass: Int?

  init(_ pruning: Pruning) {
    rewriteCount = pruning.rewrites.count
    difference = pruning.difference.max() ?? .zero
    floatDifference = pruning.floatDifference.map { $0.max() ?? .zero }
    outputClass = pruning.argmax?.outputClass
  }
}
