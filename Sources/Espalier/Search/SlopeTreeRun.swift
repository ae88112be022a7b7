internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// A tree of linear bounds while it grows.
struct SlopeTreeRun {
  private(set) var tree = ProofTree()
  private(set) var counts = SlopeProver.Counts()
  /// True if a node can be neither closed nor split.
  private(set) var isStuck = false

  private let prover: SlopeProver
  private let visitor: SlopeVisitor
  /// One for each group of a batch.
  private let memories: [SlopeVisitor.Memory]
  private var stack = [SlopeVisitor.Open(node: 0, phases: [], parameters: .init())]

  init(_ prover: SlopeProver) {
    self.prover = prover
    let visitor = SlopeVisitor(prover)
    self.visitor = visitor
    memories = (0..<SlopeProver.batchSize / SlopeProver.groupSize).map { _ in
      SlopeVisitor.Memory(visitor)
    }
  }

  /// True if every branch is closed.
  var isDone: Bool { stack.isEmpty }

  /// Bounds the next nodes, closes what can be closed and splits the others.
  ///
  /// - Returns: An input with the sign, if one is found.
  mutating func advance(nodeLimit: Int, onPoint: ([Double]) -> Void) -> [Dyadic]? {
    let nodes = Array(
      stack.suffix(min(SlopeProver.batchSize, nodeLimit - counts.nodes)))
    stack.removeLast(nodes.count)
    let iterations = counts.nodes == 0 ? prover.iterations.root : prover.iterations.node
    let groups = nodes.evenGroups(ofAtMost: SlopeProver.groupSize)
    let visits = prover.concurrency.map(count: groups.count) { [visitor, memories] i in
      visitor.visit(groups[i], iterations: iterations, in: memories[i])
    }
    counts.nodes += nodes.count
    for visit in visits {
      counts.bounds += visit.boundCount
      for point in visit.points { onPoint(point) }
    }
    if let witness = visits.lazy.compactMap(\.witness).first { return witness }
    for (node, fate) in zip(nodes, visits.flatMap(\.fates)) {
      if let witness = meet(fate, of: node) { return witness }
    }
    return nil
  }

  private mutating func meet(_ fate: SlopeVisitor.Fate, of node: SlopeVisitor.Open) -> [Dyadic]? {
    switch fate {
    case .closed(let leaf): close(node, leaf)
    case .split(let position, let parameters):
      let children = tree.split(node.node, on: visitor.network.unit(at: position))
      for (child, kind) in [(children.off, SlopeNetwork.Kind.off), (children.on, .on)] {
        stack.append(
          .init(
            node: child, phases: node.phases + [.init(position: position, kind: kind)],
            parameters: parameters))
      }
    case .stuck:
      // Where nothing is left to split, the linear program of the branch decides.
      switch prover.program?(visitor.phases(of: node)) {
      case .closed(let leaf): close(node, leaf)
      case .witness(let point): return point
      case .split, .stuck, nil: isStuck = true
      }
    }
    return nil
  }

  private mutating func close(_ node: SlopeVisitor.Open, _ leaf: Leaf) {
    tree.close(node.node, with: leaf)
    counts.leaves += 1
    counts.progress += Double(sign: .plus, exponent: -node.phases.count, significand: 1)
  }
}
