/// A proof that cuts the box of the domain into boxes and bounds the units on each of them.
///
/// - Source: `docs/certificate-format.md`, section 16; splitting of inputs: ReluVal (arXiv 1804.10829).
public struct BoxProof: Hashable, Sendable {
  /// How many layers are bounded, from the first.
  public let layerCount: Int
  /// The tree in preorder.
  public let nodes: [BoxNode]

  /// A proof from its parts.
  public init(layerCount: Int, nodes: [BoxNode]) {
    self.layerCount = layerCount
    self.nodes = nodes
  }

  /// The number of boxes.
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
