internal import ExactArithmetic
internal import NeuralNetwork

/// The branch of a proof tree in which a preorder walk stands.
struct TreeWalk {
  /// The most splits on one branch.
  static let maximumDepth = 4096

  let intervals: [[Interval]]
  let network: Network
  /// The layer of the unit that the tree is about.
  let target: Int

  /// The phases that the current branch assumes.
  private(set) var phases: [UnitID: Phase] = [:]
  private var path: [UnitID] = []
  /// True once every branch has its leaf.
  private(set) var isAtEnd = false
  private var nodeCount = 0

  init(intervals: [[Interval]], network: Network, target: Int) {
    self.intervals = intervals
    self.network = network
    self.target = target
  }

  /// Goes into the off branch of a split.
  mutating func split(
    _ unit: UnitID, at place: String, node: String
  ) throws(CheckFailure) {
    try enterNode(at: node)
    guard unit.layer < target, unit.index < intervals[unit.layer].count,
      network.activation(of: unit) == .relu, phases[unit] == nil,
      intervals[unit.layer][unit.index].lower.signum < 0,
      intervals[unit.layer][unit.index].upper.signum > 0
    else {
      throw CheckFailure(
        .split, at: place,
        expected: "a relu unit below layer \(target) with both signs, not split before",
        found: "\(unit)")
    }
    guard path.count < Self.maximumDepth else {
      throw CheckFailure(
        .limits, at: node, expected: "at most \(Self.maximumDepth) splits on a branch",
        found: "more")
    }
    path.append(unit)
    phases[unit] = .off
  }

  /// Leaves a branch at a leaf, for the next branch that is still open.
  mutating func endBranch(at place: String) throws(CheckFailure) {
    try enterNode(at: place)
    while let unit = path.last {
      if phases[unit] == .off {
        phases[unit] = .on
        return
      }
      phases[unit] = nil
      path.removeLast()
    }
    isAtEnd = true
  }

  /// Refuses a tree with open branches.
  func finish(at place: String) throws(CheckFailure) {
    guard isAtEnd else {
      throw CheckFailure(
        .treeShape, at: place, expected: "a leaf at the end of every branch",
        found: "a branch without one")
    }
  }

  private mutating func enterNode(at place: String) throws(CheckFailure) {
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
