/// What a linear region is: counts that differ in general, and are often mixed up.
///
/// - Source: "six definitions", arXiv 2505.16716: R1 ≥ R2 ≥ R3 ≥ R4 ≥ R5 ≥ R6.
public enum RegionDefinition: String, Hashable, Sendable, CaseIterable {
  /// R1: activation patterns (`z > 0` or not) that some input has, also on a set without inside.
  case patterns
  /// R2: activation patterns that a set with an inside has. The default.
  case activation
  /// R4: open connected sets on which the function is one affine map.
  case pieces
  /// R6: affine maps.
  case maps

  /// The name in the source.
  public var symbol: String {
    switch self {
    case .patterns: "R1"
    case .activation: "R2"
    case .pieces: "R4"
    case .maps: "R6"
    }
  }
}
