public import MILP

/// What every solver must say about a model whose answer is known.
public enum ConformanceExpectation: Hashable, Sendable {
  /// The optimum, worked out by hand or exactly.
  case optimum(Double)
  /// There is no point.
  case infeasible
  /// No point beats the cutoff.
  case cutoff
  /// The search ends at its limit; whatever it claims must not contradict this optimum.
  case stoppedOrOptimum(Limit, optimum: Double)
}
