/// The parts of the search that may be switched on and off.
public enum Engine: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Samples and directed search: witnesses only.
  case samples
  /// Interval and backward linear bounds: proofs only.
  case bounds
  /// Bounds on the boxes into which the domain is cut, where few inputs vary.
  case boxes
  /// Branching proof trees over linear bounds with optimized slopes.
  case slopes
  /// Branching proof trees over the triangle relaxation (CLP).
  case tree
  /// Mixed-integer programming (CBC): witnesses only, since its claims prove nothing.
  case cbc
  /// Exact rational programming cell by cell, for small networks.
  case exact

  public static func < (left: Engine, right: Engine) -> Bool { left.rawValue < right.rawValue }
}
