/// How the two sides of a row of an exact linear program compare.
public enum RowRelation: Hashable, Sendable {
  /// The activity is at most the right side.
  case atMost
  /// The activity is at least the right side.
  case atLeast
  /// The activity is the right side.
  case equal
}
