public import ExactArithmetic
public import NeuralNetwork

/// How many linear regions the first layers of a network have, with the trees that prove it.
///
/// - Source: `docs/certificate-format.md`, section 15; Serra, Tjandraatmadja and Ramalingam,
///   arXiv 1711.02114, for full-dimensional activation regions.
public struct RegionClaim: Hashable, Sendable {
  /// How many layers count, from the first.
  public let layerCount: Int
  /// For each part, the number of regions after 1, 2, … layers.
  public let counts: [[Int]]
  /// One tree per part, each in preorder.
  public let nodes: [RegionNode]

  /// A claim from its parts.
  public init(layerCount: Int, counts: [[Int]], nodes: [RegionNode]) {
    self.layerCount = layerCount
    self.counts = counts
    self.nodes = nodes
  }
}

/// One node of a region tree in preorder.
public enum RegionNode: Hashable, Sendable {
  /// Both strict sides of a unit have regions: its off branch follows, then its on branch.
  case split(UnitID)
  /// One strict side of a unit is empty, as the leaf shows; the other branch follows.
  case empty(RegionSide, UnitID, Leaf)
  /// The unit is 0 all over, as one leaf for each side shows; that branch follows.
  case zero(UnitID, upper: Leaf, lower: Leaf)
  /// A branch ends at a point that has the signs of its path.
  case point([Dyadic])

  /// True if a branch ends here.
  var isPoint: Bool { if case .point = self { true } else { false } }
}

/// A strict side of a unit.
public enum RegionSide: String, Hashable, Sendable, CaseIterable {
  /// `z < 0`.
  case off
  /// `z > 0`.
  case on

  /// The other side.
  public var opposite: RegionSide { self == .off ? .on : .off }

  /// The side of the interval that a proof of its emptiness bounds.
  public var bounded: Side { self == .on ? .upper : .lower }

  /// What a unit with this sign is assumed to do.
  public var phase: Phase { self == .on ? .on : .off }
}

extension RegionClaim {
  /// The nodes in stretches that end in a point.
  var cells: [[RegionNode]] {
    var cells: [[RegionNode]] = []
    var start = 0
    for (i, node) in nodes.enumerated() {
      guard node.isPoint else { continue }
      cells.append(Array(nodes[start...i]))
      start = i + 1
    }
    return cells
  }
}
