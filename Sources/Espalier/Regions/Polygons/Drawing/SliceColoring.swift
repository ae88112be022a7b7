/// What the colors of a picture tell.
public enum SliceColoring: String, CaseIterable, Hashable, Sendable {
  /// One color for each affine map.
  case map
  /// The direction in which an output grows, and how fast.
  case gradient
  /// The largest output.
  case `class`
  /// One color for each region.
  case pattern
}
