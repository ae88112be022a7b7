public import BigInt

/// How many regions can at most be left below a node of a region tree.
///
/// A node has given phases to all open units of the layers below `layer` and to some of that layer.
/// The bounds of a node's two children may add up to more than its own bound; who adds up the
/// bounds of unexplored branches along a path takes, at every node of the path, the smaller of that
/// sum and the node's own bound. The sum of `1` per region found and the bounds of all unexplored
/// branches is an upper bound on the number of regions at any time.
///
/// - Source: The recursion of `DimensionRecursion`; own use of it.
public struct RemainingRegionBound: Sendable {
  /// What a bound depends on.
  private struct Place: Hashable {
    let layer: Int
    let counts: RegionShape.LayerCounts
    let dimension: Int
  }

  /// The shape of the whole network, as far as its patterns count.
  public let shape: RegionShape
  private let recursion: DimensionRecursion
  private var known: [Place: BigInt] = [:]

  /// Prepares the bounds for all nodes.
  public init(_ shape: RegionShape) {
    self.shape = shape
    recursion = DimensionRecursion(shape)
  }

  /// The bound at the root: of the whole domain.
  public var whole: BigInt { recursion.bound(layer: 0, dimension: shape.freeInputCount) }

  /// The bound below a node.
  ///
  /// - Parameters:
  ///   - layer: The layer of the units that get phases next; all below have them.
  ///   - dimension: At most this dimension has the image of the node's cell under the layers below
  ///     `layer`; the number of free inputs always is such a number.
  ///   - openCount: The open units of the layer that have no phase yet.
  ///   - activeCount: The units of the layer that are affine on the cell: the shape's affine units
  ///     and the open ones that got the phase on.
  /// - Precondition: The layer exists and has at least `openCount + activeCount` units.
  public mutating func bound(
    layer: Int, dimension: Int, openCount: Int, activeCount: Int
  ) -> BigInt {
    let counts = RegionShape.LayerCounts(openCount: openCount, affineCount: activeCount)
    precondition(
      counts.movingCount <= shape.layers[layer].movingCount,
      "\(counts.movingCount) of \(shape.layers[layer].movingCount) units in layer \(layer)")
    let place = Place(layer: layer, counts: counts, dimension: dimension)
    if let bound = known[place] { return bound }
    let bound = recursion.bound(layer: layer, counts: counts, dimension: dimension)
    known[place] = bound
    return bound
  }
}
