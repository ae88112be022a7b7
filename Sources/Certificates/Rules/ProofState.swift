public import ExactArithmetic
public import NeuralNetwork

/// The proved interval of every unit, and the only ways to shrink one.
///
/// The search and the checker use the same state, so what the search could apply, the checker
/// accepts. Intervals of a layer exist once all steps of the layers below are done.
public struct ProofState: Sendable {
  /// The network.
  public let network: ExactNetwork
  /// The current intervals of the layers that are open so far, in order.
  public private(set) var intervals: [[Interval]] = []
  /// The intervals of all open layers but the last, which are final.
  private var ranges: [LayerRanges] = []
  private let exactDomain: ExactDomain
  /// What initial intervals are cut by.
  private let boxClaims: BoxClaims

  /// A state in which layer 0 is open.
  ///
  /// - Parameter boxClaims: What holds on the domain by a proof with boxes.
  /// - Precondition: The domain has as many inputs as the network.
  public init(
    network: ExactNetwork, domain: InputDomain, boxClaims: BoxClaims = .none
  ) {
    precondition(
      network.network.inputCount == domain.inputCount,
      "a domain of \(domain.inputCount) inputs for \(network.network.inputCount)")
    self.network = network
    self.boxClaims = boxClaims
    exactDomain = ExactDomain(domain)
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
    exactDomain = ExactDomain(domain)
    boxClaims = .none
    self.intervals = intervals
    ranges = zip(intervals, network.layers).dropLast().map { LayerRanges($0, biases: $1.biases) }
  }

  /// The inputs on which the intervals hold.
  public var domain: InputDomain { exactDomain.domain }

  /// The layer in which steps are taken now.
  public var currentLayer: Int { intervals.count - 1 }

  /// True if every layer is open.
  public var isComplete: Bool { intervals.count == network.layers.count }

  /// The interval of a unit of an open layer.
  public subscript(unit: UnitID) -> Interval { intervals[unit.layer][unit.index] }

  /// Computes the initial intervals of the next layer; the layers below are final from then on.
  public mutating func openNextLayer() {
    precondition(!isComplete, "every layer is open already")
    if let last = intervals.last {
      ranges.append(LayerRanges(last, biases: network.layers[currentLayer].biases))
    }
    let initial = network.initialIntervals(
      layer: intervals.count, box: domain.box, previous: intervals.last ?? [])
    intervals.append(boxClaims.cutting(initial, layer: intervals.count))
  }

  /// Checks a step of the current layer and shrinks the interval of its unit.
  ///
  /// - Parameter concurrency: How the leaves of a tree are evaluated.
  /// - Throws: `CheckFailure` naming the rule and the place below `place`.
  public mutating func apply(
    _ step: Step, concurrency: Concurrency = .serial, at place: String
  ) throws(CheckFailure) {
    guard step.unit.layer == currentLayer else {
      throw CheckFailure(
        .stepTarget, at: "\(place).unit", expected: "a unit of layer \(currentLayer)",
        found: "\(step.unit)")
    }
    var replay = StepReplay(self, concurrency: concurrency)
    try replay.take(step, at: place)
    self = try replay.settled()
  }

  /// The bound `B` that a leaf gives for a unit of the current layer under assumed phases.
  ///
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  public func bound(
    of leaf: Leaf, unit: UnitID, side: Side, phases: [UnitID: Phase]
  ) throws(CheckFailure) -> Dyadic {
    try leafInequality(unit, side).bound(of: leaf, phases: phases, at: "$")
  }

  /// True if the bound that a leaf gives for a unit of the current layer under assumed phases is at
  /// most 0.
  ///
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  public func excludes(
    _ leaf: Leaf, unit: UnitID, side: Side, phases: [UnitID: Phase]
  ) throws(CheckFailure) -> Bool {
    try leafInequality(unit, side).bound(of: leaf, phases: phases, atMost: .zero, at: "$")
      .signum <= 0
  }

  /// The leaf inequality of a unit of the current layer.
  func leafInequality(_ unit: UnitID, _ side: Side) -> LeafInequality {
    LeafInequality(
      network: network, domain: exactDomain, ranges: ranges[..<unit.layer], target: unit,
      side: side)
  }

  /// The bound `B` that a leaf gives for a sum of outputs, one factor per unit of the last layer.
  ///
  /// - Precondition: The state is complete.
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  public func bound(
    of leaf: Leaf, outputFactors: [Dyadic], at place: String
  ) throws(CheckFailure) -> Dyadic {
    let inequality = LeafInequality(
      network: network, domain: exactDomain, ranges: ranges[...], outputFactors: outputFactors)
    return try inequality.bound(of: leaf, phases: [:], at: place)
  }

  /// Moves one end of an interval to a proved bound, if that shrinks it.
  ///
  /// - Throws: `CheckFailure` of the rule `bounds-cross`.
  mutating func shrink(
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
}
