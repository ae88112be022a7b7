public import ExactArithmetic

/// What is asked about two networks, and what the search may use.
public struct DifferenceOptions: Hashable, Sendable {
  /// The engines, the seed and the limits of single queries.
  public var search: AnalysisOptions
  /// Asks whether every output differs by at most this much everywhere.
  public var epsilon: Dyadic?
  /// Asks whether both networks answer the same class everywhere.
  public var asksArgmax: Bool
  /// Asks whether the difference is within what rounding may do to the two networks.
  public var asksFloatNoise: Bool
  /// Without a question that bounds settle: the share of the upper bound that the gap may have.
  public var gap: Double

  /// Only a bracket, to one part in a hundred.
  public init(
    search: AnalysisOptions = AnalysisOptions(), epsilon: Dyadic? = nil, asksArgmax: Bool = false,
    asksFloatNoise: Bool = false, gap: Double = 0.01
  ) {
    self.search = search
    self.epsilon = epsilon
    self.asksArgmax = asksArgmax
    self.asksFloatNoise = asksFloatNoise
    self.gap = gap
  }
}
