/// A linear region of a slice: a convex polygon on which every unit is affine.
public struct PolygonRegion: Hashable, Sendable {
  /// One side, or a part of one: a side is divided where vertices of other regions lie on it.
  public struct Edge: Hashable, Sendable {
    /// The index of the vertex where the edge begins; it ends where the next one begins.
    public let start: Int
    /// What lies behind the edge.
    public let source: EdgeSource
    /// The index of the region on its other side; nil at the border of the slice.
    public let neighbor: Int?
  }

  /// The activation pattern of the interior.
  public let pattern: UnitBits
  /// The index of its affine map.
  public let map: Int
  /// The edges, counterclockwise where `s` is drawn to the right and `t` up.
  public let edges: [Edge]
}
