public import ExactArithmetic

/// A region with a point that proves it.
public struct FoundRegion: Hashable, Sendable {
  /// The pattern of the open units.
  public let pattern: OpenUnitPattern
  /// A point of the domain at which the pattern was read off exactly.
  ///
  /// Each open unit has a pre-activation other than 0 there, or one that is 0 on the whole region;
  /// so the pattern is taken on a set that is open relative to the domain.
  public let point: [Dyadic]

  /// A region from its parts.
  init(pattern: OpenUnitPattern, point: [Dyadic]) {
    self.pattern = pattern
    self.point = point
  }
}
