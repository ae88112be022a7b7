public import ExactArithmetic
public import NeuralNetwork

/// The proved interval of every unit, and the only ways to shrink one.
///
/// The search and the checker use the same state, so what the search could apply, the checker
/// accepts. Intervals of a layer exist once all steps of the layers below are done.
public struct ProofState: Sendable {
  /// The network.
  public let network: ExactNetwork
  /// The inputs on which the intervals hold.
  public let domain: InputDomain
  /// The current intervals of the layers that are open so far, in order.
  public private(set) var intervals: [[Interval]] = []

  /// A state in which layer 0 is open.
  ///
  /// - Precondition: The domain has as many inputs as the network.
  public init(network: ExactNetwork, domain: InputDomain) {
    precondition(
      network.network.inputCount == domain.inputCount,
      "a domain of \(domain.inputCount) inputs for \(network.network.inputCount)")
    self.network = network
    self.domain = domain
    openNextLayer()
  }

  /// A state with intervals that somebody else has proved, for a search in another process.
  ///
  /// Nothing is checked here: what such a search finds counts only once a state that proved its
  /// intervals itself has accepted it.
  ///
  /// - Precondition: One interval per unit of the first layers.
  package init(network: ExactNetwork, domain: InputDomain, assuming intervals: [[Interval]]) {
    self.network = network
    self.domain = domain
    self.intervals = intervals
  }

  /// The layer in which steps are taken now.
  public var currentLayer: Int { intervals.count - 1 }

  /// True if every layer is open.
  public var isComplete: Bool { intervals.count == network.layers.count }

  /// The interval of a unit of an open layer.
  public subscript(unit: UnitID) -> Interval { intervals[unit.layer][unit.index] }

  /// Computes the initial intervals of the next layer; the layers below are final from then on.
  public mutating func openNextLayer() {
    precondition(!isComplete, "every layer is open already")
    intervals.append(
      network.initialIntervals(
        layer: intervals.count, domain: domain, previous: intervals.last ?? []))
  }

  /// Checks a step of the current layer and shrinks the interval of its unit.
  ///
  /// - Throws: `CheckFailure` naming the rule and the place below `place`.
  public mutating func apply(_ step: Step, at place: String) throws(CheckFailure) {
    guard step.unit.layer == currentLayer, step.unit.index < intervals[currentLayer].count else {
      throw CheckFailure(
        .stepTarget, at: "\(place).unit", expected: "a unit of layer \(currentLayer)",
        found: "\(step.unit)")
    }
    let proved: Dyadic
    switch step.proof {
    case .lemma(let leaf):
      guard leaf.claim == .one else {
        throw CheckFailure(
          .multiplier, at: "\(place).leaf.m", expected: "no multiplier of the claim in a lemma",
          found: "\(leaf.claim)")
      }
      let bound = try leafInequality(step.unit, step.side)
        .bound(of: leaf, phases: [:], at: "\(place).leaf")
        .rounded(.up, toBitCount: ExactNetwork.intervalBitCount)
      proved = step.side == .upper ? bound : -bound
    case .tree(let bound, let nodes):
      try checkTree(nodes, proving: bound, of: step.unit, step.side, at: place)
      proved = bound
    }
    try shrink(step.unit, step.side, to: proved, at: place)
  }

  /// The bound `B` that a leaf gives for a unit of the current layer under assumed phases.
  ///
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  public func bound(
    of leaf: Leaf, unit: UnitID, side: Side, phases: [UnitID: Phase]
  ) throws(CheckFailure) -> Dyadic {
    try leafInequality(unit, side).bound(of: leaf, phases: phases, at: "$")
  }

  private func leafInequality(_ unit: UnitID, _ side: Side) -> LeafInequality {
    LeafInequality(
      network: network, domain: domain, intervals: Array(intervals[..<unit.layer]),
      target: unit, side: side)
  }

  private mutating func shrink(
    _ unit: UnitID, _ side: Side, to proved: Dyadic, at place: String
  ) throws(CheckFailure) {
    let old = self[unit]
    let lower = side == .lower ? max(old.lower, proved) : old.lower
    let upper = side == .upper ? min(old.upper, proved) : old.upper
    guard lower <= upper else {
      throw CheckFailure(
        .boundsCross, at: place, expected: "bounds that leave something",
        found: "lower bound \(lower) above upper bound \(upper)")
    }
    intervals[unit.layer][unit.index] = Interval(lower, upper)
  }

  private func checkTree(
    _ nodes: [TreeNode], proving bound: Dyadic, of unit: UnitID, _ side: Side, at place: String
  ) throws(CheckFailure) {
    let inequality = leafInequality(unit, side)
    let threshold = side.sign * bound
    var walk = TreeWalk(intervals: intervals, network: network.network, target: unit.layer)
    for (i, node) in nodes.enumerated() {
      let nodePlace = "\(place).tree[\(i)]"
      switch node {
      case .split(let unit): try walk.split(unit, at: nodePlace)
      case .leaf(let leaf):
        let value = try inequality.bound(of: leaf, phases: walk.phases, at: "\(nodePlace).leaf")
        let holds = leaf.claim.isZero ? value.signum < 0 : value <= leaf.claim * threshold
        guard holds else {
          throw CheckFailure(
            .leafBound, at: "\(nodePlace).leaf",
            expected: leaf.claim.isZero ? "a bound below 0" : "a bound of at most m·\(threshold)",
            found: "\(value)")
        }
        try walk.endBranch(at: nodePlace)
      }
    }
    try walk.finish(at: "\(place).tree")
  }
}
