public import MILP

/// How many random parities the regions of a network survived, trial by trial.
public struct ParityResult: Hashable, Sendable {
  /// For each trial, how many parities in a row some confirmed region met; 0 for trials that were
  /// not begun.
  public let survivals: [Int]
  /// The regions found on the way, each with an exact point: their number is a bound that holds
  /// for certain.
  public let regions: [FoundRegion]
  /// The mixed-integer programs that were solved.
  public let solveCount: Int
  /// What ended the trials before the last, if anything did.
  public let limit: Limit?

  /// The best bound at a confidence, for instance 0.9; nil if the trials say nothing.
  ///
  /// - Precondition: `confidence` lies between 0 and 1, both excluded.
  public func bound(confidence: Double) -> ProbabilisticRegionBound? {
    ProbabilisticRegionBound(survivals: survivals, confidence: confidence)
  }
}
