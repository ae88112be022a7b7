public import NeuralNetwork

/// A proof that cuts the box of the domain into boxes and bounds units on each of them.
///
/// - Source: `docs/certificate-format.md`, section 16; splitting of inputs: ReluVal (arXiv 1804.10829).
public struct BoxProof: Hashable, Sendable {
  /// What is proved, ascending.
  public let targets: [BoxTarget]
  /// The tree in preorder.
  public let nodes: [BoxNode]

  /// A proof from its parts.
  public init(targets: [BoxTarget], nodes: [BoxNode]) {
    self.targets = targets
    self.nodes = nodes
  }

  /// The number of boxes that are not cut.
  public var boxCount: Int { nodes.count { $0 == .box } }

  /// Stretches of the nodes: the cuts before each box.
  var stretches: [[BoxCut]] {
    var result: [[BoxCut]] = []
    var cuts: [BoxCut] = []
    for node in nodes {
      switch node {
      case .cut(let cut): cuts.append(cut)
      case .box:
        result.append(cuts)
        cuts = []
      }
    }
    return result
  }
}

/// A side of a unit beyond which its pre-activation does not go: not above zero, or not below it.
public struct BoxTarget: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The unit.
  public let unit: UnitID
  /// `upper` for not above zero.
  public let side: Side

  /// A side of a unit.
  public init(unit: UnitID, side: Side) {
    self.unit = unit
    self.side = side
  }

  public static func < (left: BoxTarget, right: BoxTarget) -> Bool {
    left.unit == right.unit
      ? left.side == .upper && right.side == .lower : left.unit < right.unit
  }

  public var description: String { "the \(side.rawValue) side of \(unit)" }
}

/// A node of a tree of boxes.
public enum BoxNode: Hashable, Sendable {
  /// A cut; the lower part follows, then the upper one.
  case cut(BoxCut)
  /// The end of a branch.
  case box
}

/// A hyperplane `x_input = value` that cuts a box in two.
public struct BoxCut: Hashable, Sendable {
  /// The input.
  public let input: Int
  /// Where it is cut, strictly between its ends.
  public let value: Double

  /// A cut.
  public init(input: Int, value: Double) {
    self.input = input
    self.value = value
  }
}
