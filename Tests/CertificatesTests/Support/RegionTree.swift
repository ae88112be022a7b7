import Certificates
import ExactArithmetic
import NeuralNetwork

/// A region tree as a tree, so that it can be cut and grafted.
indirect enum RegionTree {
  case end([Dyadic])
  /// A node with its branches: two of a split, one of the others.
  case node(RegionNode, [RegionTree])

  /// The trees that some nodes in preorder make.
  static func trees(_ nodes: [RegionNode]) -> [RegionTree] {
    var rest = nodes[...]
    var trees: [RegionTree] = []
    while !rest.isEmpty { trees.append(RegionTree(&rest)) }
    return trees
  }

  private init(_ rest: inout ArraySlice<RegionNode>) {
    guard let first = rest.popFirst() else { preconditionFailure("the nodes end too early") }
    switch first {
    case .point(let point): self = .end(point)
    case .split:
      let off = RegionTree(&rest)
      self = .node(first, [off, RegionTree(&rest)])
    case .empty, .zero: self = .node(first, [RegionTree(&rest)])
    }
  }

  /// The nodes in preorder.
  var nodes: [RegionNode] {
    switch self {
    case .end(let point): [.point(point)]
    case .node(let node, let branches): [node] + branches.flatMap(\.nodes)
    }
  }

  /// The number of nodes.
  var count: Int {
    switch self {
    case .end: 1
    case .node(_, let branches): branches.reduce(1) { $0 + $1.count }
    }
  }

  /// The number of nodes with so many units on their path.
  func count(atDepth depth: Int) -> Int {
    switch self {
    case .end: depth == 0 ? 1 : 0
    case .node(_, let branches):
      depth == 0 ? 1 : branches.reduce(0) { $0 + $1.count(atDepth: depth - 1) }
    }
  }

  /// The numbers of regions that a tree of these units claims.
  func counts(of units: [UnitID], layerCount: Int) -> [Int] {
    (1...layerCount).map { k in count(atDepth: units.count { $0.layer < k }) }
  }

  /// The tree with another subtree in place of the one at a position of the preorder.
  ///
  /// - Parameter edit: Gets the subtree and the phases of its path.
  func editing(
    at position: Int, phases: [UnitID: Phase] = [:],
    _ edit: (RegionTree, [UnitID: Phase]) -> RegionTree
  ) -> RegionTree {
    guard position > 0, case .node(let node, var branches) = self else {
      return edit(self, phases)
    }
    var start = 1
    for i in branches.indices {
      let size = branches[i].count
      if position < start + size {
        var below = phases
        if let (unit, phase) = node.phase(ofBranch: i) { below[unit] = phase }
        branches[i] = branches[i].editing(at: position - start, phases: below, edit)
        break
      }
      start += size
    }
    return .node(node, branches)
  }
}

extension RegionNode {
  /// What a branch assumes; nil of a point.
  func phase(ofBranch i: Int) -> (UnitID, Phase)? {
    switch self {
    case .split(let unit): (unit, i == 0 ? .off : .on)
    case .empty(let side, let unit, _): (unit, side.opposite.phase)
    case .zero(let unit, _, _): (unit, .zero)
    case .point: nil
    }
  }

  /// The unit that gets a phase; nil of a point.
  var unit: UnitID? { phase(ofBranch: 0)?.0 }
}
