internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Cuts the domain's box into boxes until bounds decide the units on each of them.
///
/// Boxes are evaluated as the certificate's checker evaluates them, so what is closed here counts. A
/// side is proved once it is closed in every box. The largest boxes come first, so that whenever the
/// search ends, no box is much larger than another. Each cut halves the input on which the bounds
/// that are still open lean most, as `BoxGuide` says.
///
/// - Source: ReluVal (arXiv 1804.10829); alpha-beta-CROWN (arXiv 2103.06624).
struct BoxSearch {
  /// When the search ends.
  struct Limits {
    /// The most boxes that are evaluated.
    var boxes: Int
    /// What share of the domain must be closed once so many boxes are evaluated.
    var yields = [(boxes: 512, share: 0.01), (boxes: 8192, share: 0.1)]
  }

  /// The most boxes that are evaluated before it is asked whether to stop, and the products of
  /// weights that a batch may need, at worst.
  static let largestBatch = (boxes: 128, products: 500_000_000)
  /// The most cuts on one branch; checkers take more.
  private static let mostCuts = 1000

  /// A box of the tree, and what was found on it.
  private struct Node {
    var cut: (BoxCut, lower: Int)?
    /// The sides that are closed; those that the parent closes until the box is evaluated.
    var closed: SideSet
  }

  /// A box that is still to be evaluated.
  private struct Open {
    let node: Int
    let depth: Int
    let box: Box
  }

  private let bounds: BoxBounds
  private let reluSides: [BoxTarget]
  private let limits: Limits
  private let concurrency: Concurrency
  private let batchSize: Int
  private var nodes: [Node]
  /// Boxes by falling size; those before `next` are done.
  private var open: [Open]
  private var next = 0
  /// The number of boxes that were evaluated, and the share of the domain that is closed.
  private(set) var boxCount = 0
  private var closedShare = 0.0
  /// The ends that boxes have shown; what is proved once the search has ended.
  private(set) var claims = BoxClaims.none

  /// - Precondition: No layer is unsuited for `BoxBounds`.
  init(
    network: ExactNetwork, layerCount: Int, domain: Box, limits: Limits, concurrency: Concurrency
  ) {
    bounds = BoxBounds(network: network, domain: domain, layerCount: layerCount)
    // The intervals of layer 0 on the domain are exact.
    let units = network.network.reluUnits.filter { (1..<layerCount).contains($0.layer) }
    reluSides = units.flatMap { unit in
      Side.allCases.map { BoxTarget(unit: unit, side: $0) }
    }
    self.limits = limits
    self.concurrency = concurrency
    // A bound of each unit goes through all weights below it, at worst.
    let layers = network.network.layers[..<layerCount]
    let weightCount = layers.reduce(0) { $0 + $1.weights.elements.count }
    let productCount = max(1, layers.reduce(0) { $0 + $1.unitCount } * weightCount)
    batchSize = max(2, min(Self.largestBatch.boxes, Self.largestBatch.products / productCount))
    nodes = [Node(cut: nil, closed: bounds.space.empty)]
    open = [Open(node: 0, depth: 0, box: domain)]
  }

  /// How many wanted sides the bounds on the whole domain leave open.
  func openSideCount(isWanted: (UnitID, Side) -> Bool) -> Int {
    let targets = targets(isWanted)
    let root = BoxBounds.Part(box: open[0].box, closed: bounds.space.empty)
    let results = bounds.evaluate([root], for: bounds.space.set(of: targets), concurrency: .serial)
    return targets.count { !bounds.space.contains($0.unit, $0.side, in: results[0].closed) }
  }

  /// Searches; nil if cuts prove nothing that the bounds on the whole domain do not.
  ///
  /// - Parameters:
  ///   - isWanted: True for a side of a unit that no point has shown yet.
  ///   - replay: Gets points of the boxes, which may show something.
  ///   - onBatch: Told again and again how many boxes are evaluated, and which share of the domain is
  ///     closed.
  mutating func search(
    isWanted: (UnitID, Side) -> Bool, replay: ([[Double]]) -> Void,
    onBatch: (_ boxes: Int, _ share: Double) -> Void = { _, _ in }, shouldStop: () -> Bool
  ) -> BoxProof? {
    while next < open.count && boxCount < limits.boxes && !shouldStop() {
      if limits.yields.contains(where: { boxCount >= $0.boxes && closedShare < $0.share }) { break }
      visit(takeOpen(), bounds.space.set(of: targets(isWanted)), replay: replay)
      onBatch(boxCount, closedShare)
    }
    return proof(of: targets(isWanted))
  }

  private func targets(_ isWanted: (UnitID, Side) -> Bool) -> [BoxTarget] {
    reluSides.filter { isWanted($0.unit, $0.side) }
  }

  private mutating func takeOpen() -> [Open] {
    let end = min(open.count, next + batchSize)
    let taken = Array(open[next..<end])
    next = end
    if next > open.count / 2 {
      open.removeFirst(next)
      next = 0
    }
    return taken
  }

  /// Evaluates boxes, and cuts those that leave targets open.
  private mutating func visit(_ group: [Open], _ targets: SideSet, replay: ([[Double]]) -> Void) {
    boxCount += group.count
    replay(group.map { zip($0.box.lower, $0.box.upper).map { $0 + ($1 - $0) / 2 } })
    let parts = group.map { BoxBounds.Part(box: $0.box, closed: nodes[$0.node].closed) }
    let results = bounds.evaluate(
      parts, for: targets, isGuiding: true, concurrency: concurrency)
    for (entry, result) in zip(group, results) {
      nodes[entry.node].closed = result.closed
      for (target, end) in result.ends { claims.note(target, end) }
      if !cut(entry, leaning: result.influence) {
        closedShare += Double(sign: .plus, exponent: -entry.depth, significand: 1)
      }
    }
  }

  /// Cuts a box at the input that matters most; false if there is nothing to gain.
  private mutating func cut(_ entry: Open, leaning influence: [Double]) -> Bool {
    guard let t = influence.indices.max(by: { influence[$0] < influence[$1] }), influence[t] > 0
    else { return false }
    let (lower, upper) = (entry.box.lower, entry.box.upper)
    let middle = lower[t] + (upper[t] - lower[t]) / 2
    guard lower[t] < middle, middle < upper[t], entry.depth < Self.mostCuts else { return false }
    let (first, closed) = (nodes.count, nodes[entry.node].closed)
    nodes[entry.node].cut = (BoxCut(input: t, value: middle), first)
    nodes += [Node(cut: nil, closed: closed), Node(cut: nil, closed: closed)]
    var (below, above) = (upper, lower)
    below[t] = middle
    above[t] = middle
    open.append(Open(node: first, depth: entry.depth + 1, box: Box(lower: lower, upper: below)))
    open.append(
      Open(node: first + 1, depth: entry.depth + 1, box: Box(lower: above, upper: upper)))
    return true
  }

  /// The proof of all sides that are closed in every box, without the cuts that it does not need.
  private mutating func proof(of wanted: [BoxTarget]) -> BoxProof? {
    var everywhere = bounds.space.set(of: wanted)
    for node in nodes where node.cut == nil { everywhere.formIntersection(node.closed) }
    let targets = wanted.filter { bounds.space.contains($0.unit, $0.side, in: everywhere) }
    claims.keep(targets)
    guard !targets.isEmpty, !nodes[0].closed.isSuperset(of: everywhere) else { return nil }
    var preorder: [BoxNode] = []
    var stack = [0]
    while let n = stack.popLast() {
      if let (cut, lower) = nodes[n].cut, !nodes[n].closed.isSuperset(of: everywhere) {
        preorder.append(.cut(cut))
        stack += [lower + 1, lower]
      } else {
        preorder.append(.box)
      }
    }
    return BoxProof(targets: targets, nodes: preorder)
  }
}
