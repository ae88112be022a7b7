/// The direction in which a model looks for its optimum.
public enum ObjectiveSense: Hashable, Sendable {
  /// Smaller objective values are better.
  case minimize
  /// Larger objective values are better.
  case maximize

  /// True if `value` is strictly better than `other`.
  public func prefers(_ value: Double, over other: Double) -> Bool {
    switch self {
    case .minimize: value < other
    case .maximize: value > other
    }
  }
}
