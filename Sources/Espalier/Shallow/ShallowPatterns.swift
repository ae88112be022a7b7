/// Which activation patterns get a block of their own in a shallow network.
public enum ShallowPatterns: String, Hashable, Sendable, CaseIterable {
  /// Those of linear regions.
  case regions
  /// Every pattern of the open units, whether an input has it or not.
  case all
}
