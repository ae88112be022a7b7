/// The six ways to count the linear regions of a slice.
///
/// - Source: arXiv 2505.16716.
public struct PolygonCounts: Hashable, Sendable {
  /// R1: activation patterns of any point, also where they have no area.
  public let feasiblePatterns: Int
  /// R2: activation regions with an area.
  public let regions: Int
  /// R3 lies here: the fewest convex pieces that fit the function.
  public let convexPieces: ClosedRange<Int>
  /// R4: pieces with one affine map that are connected across edges.
  public let openPieces: Int
  /// R5: pieces with one affine map that are connected, be it in a point.
  public let closedPieces: Int
  /// R6: affine maps.
  public let maps: Int
}
