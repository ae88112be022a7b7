internal import NeuralNetwork

/// Walks the tree of boxes in preorder and evaluates every node that leaves targets open.
///
/// A node needs what its parent closes, so nodes wait in stretches of the preorder and are evaluated
/// by depth: those of one depth do not depend on each other.
struct BoxReplay {
  /// The most nodes that wait for their evaluation.
  static let stretchLength = 1024
  /// The most cuts on one branch.
  static let maximumDepth = 4096

  private let bounds: BoxBounds
  private let targets: [BoxTarget]
  private let targetSet: SideSet
  private let concurrency: Concurrency
  /// The box in which the walk stands.
  private var lower: [Double]
  private var upper: [Double]
  private var path: [PathEntry] = []
  private var nodeCount = 0
  private var pending: [Pending] = []
  private var claims = BoxClaims.none
  /// True once every branch has its box.
  private(set) var isAtEnd = false
  /// How many boxes there were.
  private(set) var boxCount = 0

  /// What a node closes: known, or what the pending node with this index will.
  private enum Closing {
    case known(SideSet)
    case pending(Int)
  }

  /// A cut above, with the end that its current part has moved.
  private struct PathEntry {
    let cut: BoxCut
    var isUpper: Bool
    var movedEnd: Double
    var closing: Closing
  }

  /// A node that waits; `depth` counts the pending nodes above it.
  private struct Pending {
    let box: Box
    let parent: Closing
    let depth: Int
    let isEnd: Bool
    let place: String
  }

  /// - Throws: `CheckFailure` of the rule `boxes` if targets are not as they should be.
  init(
    network: ExactNetwork, box: Box, targets: [BoxTarget], concurrency: Concurrency,
    at place: String
  ) throws(CheckFailure) {
    try Self.check(targets, network.network, at: place)
    bounds = BoxBounds(
      network: network, domain: box, layerCount: (targets.last?.unit.layer ?? 0) + 1)
    self.targets = targets
    targetSet = bounds.space.set(of: targets)
    self.concurrency = concurrency
    lower = box.lower
    upper = box.upper
  }

  private static func check(
    _ targets: [BoxTarget], _ network: Network, at place: String
  ) throws(CheckFailure) {
    func failure(_ expected: String, _ found: String) -> CheckFailure {
      CheckFailure(.boxes, at: place, expected: expected, found: found)
    }
    guard let last = targets.last else { throw failure("targets", "none") }
    for target in targets {
      let unit = target.unit
      guard unit.layer < network.layers.count, unit.index < network.layers[unit.layer].unitCount
      else { throw failure("units of the network", "\(unit)") }
    }
    if let (left, right) = zip(targets, targets.dropFirst()).first(where: { $0 >= $1 }) {
      throw failure("targets that ascend", "\(left) before \(right)")
    }
    if let k = BoxBounds.unsuitedLayer(network, layerCount: last.unit.layer + 1) {
      throw failure("relu units up to the last target", "an identity unit in layer \(k)")
    }
  }

  /// Takes the next node.
  mutating func take(_ node: BoxNode, at place: String) throws(CheckFailure) {
    switch node {
    case .cut(let cut): try enter(cut, at: place)
    case .box: try endBox(at: place)
    }
  }

  /// Goes into the lower part of a cut.
  mutating func enter(_ cut: BoxCut, at place: String) throws(CheckFailure) {
    try countNode(at: place)
    guard cut.input < lower.count, lower[cut.input] < cut.value, cut.value < upper[cut.input]
    else {
      let t = cut.input
      throw CheckFailure(
        .boxes, at: place, expected: "a cut inside of the box",
        found: t < lower.count
          ? "input \(t) at \(cut.value), between \(lower[t]) and \(upper[t])"
          : "input \(t) of \(lower.count)")
    }
    guard path.count < Self.maximumDepth else {
      throw CheckFailure(
        .limits, at: place, expected: "at most \(Self.maximumDepth) cuts on a branch",
        found: "more")
    }
    let closing = try wait(isEnd: false, at: place)
    path.append(
      PathEntry(cut: cut, isUpper: false, movedEnd: upper[cut.input], closing: closing))
    upper[cut.input] = cut.value
  }

  /// Ends a branch with its box, and goes on to the next branch that is open.
  mutating func endBox(at place: String) throws(CheckFailure) {
    try countNode(at: place)
    boxCount += 1
    _ = try wait(isEnd: true, at: place)
    while let last = path.last {
      let t = last.cut.input
      if last.isUpper {
        lower[t] = last.movedEnd
        path.removeLast()
      } else {
        upper[t] = last.movedEnd
        path[path.count - 1].movedEnd = lower[t]
        path[path.count - 1].isUpper = true
        lower[t] = last.cut.value
        return
      }
    }
    isAtEnd = true
  }

  /// What is proved on the whole box.
  ///
  /// - Throws: `CheckFailure` of the rule `tree-shape` if branches are open, of the rule `boxes` if
  ///   a target is.
  mutating func finish(at place: String) throws(CheckFailure) -> BoxClaims {
    guard isAtEnd else {
      throw CheckFailure(
        .treeShape, at: place, expected: "a box at the end of every branch",
        found: "a branch without one")
    }
    try flush()
    return claims
  }

  // MARK: Evaluation

  /// Puts the box in which the walk stands with those that wait.
  private mutating func wait(isEnd: Bool, at place: String) throws(CheckFailure) -> Closing {
    if pending.count >= Self.stretchLength { try flush() }
    let parent = path.last?.closing ?? .known(bounds.space.empty)
    var depth = 0
    if case .pending(let index) = parent { depth = pending[index].depth + 1 }
    let box = Box(lower: lower, upper: upper)
    pending.append(Pending(box: box, parent: parent, depth: depth, isEnd: isEnd, place: place))
    return .pending(pending.count - 1)
  }

  /// Evaluates all nodes that wait.
  private mutating func flush() throws(CheckFailure) {
    let byDepth = Dictionary(grouping: pending.indices, by: { pending[$0].depth })
    var closed = [SideSet](repeating: bounds.space.empty, count: pending.count)
    for depth in byDepth.keys.sorted() {
      let indices = byDepth[depth] ?? []
      let parts = indices.map { n in
        let set =
          switch pending[n].parent {
          case .known(let set): set
          case .pending(let parent): closed[parent]
          }
        return BoxBounds.Part(box: pending[n].box, closed: set)
      }
      let results = bounds.evaluate(parts, for: targetSet, concurrency: concurrency)
      for (n, result) in zip(indices, results) {
        closed[n] = result.closed
        for (target, end) in result.ends { claims.note(target, end) }
      }
    }
    for (entry, set) in zip(pending, closed) where entry.isEnd && !set.isSuperset(of: targetSet) {
      let open = targets.first { !bounds.space.contains($0.unit, $0.side, in: set) }
      throw CheckFailure(
        .boxes, at: entry.place, expected: "a box that closes all targets",
        found: open.map { "\($0) open" } ?? "one that does not")
    }
    for p in path.indices {
      if case .pending(let n) = path[p].closing { path[p].closing = .known(closed[n]) }
    }
    pending = []
  }

  private mutating func countNode(at place: String) throws(CheckFailure) {
    guard !isAtEnd else {
      throw CheckFailure(
        .treeShape, at: place, expected: "the end of the tree", found: "another node")
    }
    nodeCount += 1
    guard nodeCount <= Certificate.maximumCounts.nodes else {
      throw CheckFailure(
        .limits, at: place, expected: "at most \(Certificate.maximumCounts.nodes) nodes",
        found: "more")
    }
  }
}
