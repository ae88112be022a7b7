internal import Certificates
internal import NeuralNetwork

/// A proof tree while it grows.
struct ProofTree {
  private indirect enum Node {
    case open
    case leaf(Leaf)
    case split(UnitID, off: Int, on: Int)
  }

  private var nodes: [Node] = [.open]

  /// Closes an open node.
  mutating func close(_ node: Int, with leaf: Leaf) { nodes[node] = .leaf(leaf) }

  /// Splits an open node; returns its two children.
  mutating func split(_ node: Int, on unit: UnitID) -> (off: Int, on: Int) {
    let first = nodes.count
    nodes += [.open, .open]
    nodes[node] = .split(unit, off: first, on: first + 1)
    return (first, first + 1)
  }

  /// The tree in preorder, or nil if a node is still open.
  var preorder: [TreeNode]? {
    var result: [TreeNode] = []
    var stack = [0]
    while let node = stack.popLast() {
      switch nodes[node] {
      case .open: return nil
      case .leaf(let leaf): result.append(.leaf(leaf))
      case .split(let unit, let off, let on):
        result.append(.split(unit))
        stack += [on, off]
      }
    }
    return result
  }
}
