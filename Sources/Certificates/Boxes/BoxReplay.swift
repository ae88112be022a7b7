internal import NeuralNetwork

/// Walks the tree of boxes in preorder and bounds the units on each box.
///
/// Boxes do not depend on each other, so they are bounded in batches, perhaps at the same time.
struct BoxReplay {
  /// The most boxes that wait for their bounds.
  static let batchSize = 64
  /// The most cuts on one branch.
  static let maximumDepth = 4096

  private let bounds: BoxBounds
  private let concurrency: Concurrency
  /// The box in which the walk stands.
  private var lower: [Double]
  private var upper: [Double]
  private var path: [PathEntry] = []
  private var nodeCount = 0
  private var pending: [Box] = []
  private var hull = BoxIntervals.none
  /// True once every branch has its box.
  private(set) var isAtEnd = false
  /// How many boxes there were.
  private(set) var boxCount = 0

  /// A cut above, with the end that its current part has moved.
  private struct PathEntry {
    let cut: BoxCut
    var isUpper: Bool
    var movedEnd: Double
  }

  /// - Throws: `CheckFailure` of the rule `boxes` if there are not as many layers.
  init(
    network: ExactNetwork, box: Box, layerCount: Int, concurrency: Concurrency, at place: String
  ) throws(CheckFailure) {
    let count = network.network.layers.count
    guard layerCount >= 1 && layerCount <= count else {
      throw CheckFailure(
        .boxes, at: place, expected: "1 to \(count) layers", found: "\(layerCount)")
    }
    bounds = BoxBounds(network: network, layerCount: layerCount)
    self.concurrency = concurrency
    lower = box.lower
    upper = box.upper
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
    path.append(PathEntry(cut: cut, isUpper: false, movedEnd: upper[cut.input]))
    upper[cut.input] = cut.value
  }

  /// Ends a branch with its box, and goes on to the next branch that is open.
  mutating func endBox(at place: String) throws(CheckFailure) {
    try countNode(at: place)
    boxCount += 1
    pending.append(Box(lower: lower, upper: upper))
    if pending.count >= Self.batchSize { flush() }
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

  /// What holds in all boxes.
  ///
  /// - Throws: `CheckFailure` of the rule `tree-shape` if branches are open.
  mutating func finish(at place: String) throws(CheckFailure) -> BoxIntervals {
    guard isAtEnd else {
      throw CheckFailure(
        .treeShape, at: place, expected: "a box at the end of every branch",
        found: "a branch without one")
    }
    flush()
    return hull
  }

  private mutating func flush() {
    let (boxes, bounds) = (pending, bounds)
    pending = []
    for intervals in concurrency.map(count: boxes.count, { bounds.intervals(on: boxes[$0]) }) {
      hull.formHull(with: intervals)
    }
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
