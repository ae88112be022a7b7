internal import ExactArithmetic
internal import NeuralNetwork

/// Checks steps in order and applies them to a state.
///
/// Steps of one layer rest on the layers below only, so their leaves are evaluated in batches,
/// perhaps at the same time; what they prove is applied in order.
struct StepReplay {
  /// The most leaves that wait for their evaluation.
  static let batchSize = 512

  private var state: ProofState
  private let concurrency: Concurrency
  /// The tree whose branches are being taken.
  private var tree: OpenTree?
  private var pending: [Pending] = []
  private var tasks: [LeafTask] = []
  /// How many leaves were taken, lemmas included.
  private(set) var leafCount = 0

  init(_ state: ProofState, concurrency: Concurrency = .serial) {
    self.state = state
    self.concurrency = concurrency
  }

  /// Takes a whole step.
  mutating func take(_ step: Step, at place: String) throws(CheckFailure) {
    switch step.proof {
    case .lemma(let leaf):
      try takeLemma(step.unit, step.side, leaf, at: place, leafPlace: "\(place).leaf")
    case .tree(let bound, let nodes):
      try openTree(step.unit, step.side, bound: bound, at: place)
      for (i, node) in nodes.enumerated() {
        let nodePlace = "\(place).tree[\(i)]"
        switch node {
        case .split(let unit): try split(unit, at: "\(nodePlace).split", node: nodePlace)
        case .leaf(let leaf): try close(leaf, at: "\(nodePlace).leaf", node: nodePlace)
        }
      }
      try closeTree(at: "\(place).tree")
    }
  }

  /// Takes a lemma.
  mutating func takeLemma(
    _ unit: UnitID, _ side: Side, _ leaf: Leaf, at place: String, leafPlace: String
  ) throws(CheckFailure) {
    try advance(to: unit, at: place)
    guard leaf.claim == .one else {
      throw try first(
        CheckFailure(
          .multiplier, at: "\(leafPlace).m",
          expected: "no multiplier of the claim in a lemma", found: "\(leaf.claim)"))
    }
    let inequality = state.leafInequality(unit, side)
    try enter(
      LeafTask(inequality: inequality, leaf: leaf, phases: [:], limit: nil, place: leafPlace),
      .lemma(unit, side, place: place))
  }

  /// Opens a tree; its nodes follow in preorder.
  mutating func openTree(
    _ unit: UnitID, _ side: Side, bound: Dyadic, at place: String
  ) throws(CheckFailure) {
    try advance(to: unit, at: place)
    tree = OpenTree(
      unit: unit, side: side, bound: bound, place: place,
      inequality: state.leafInequality(unit, side),
      walk: TreeWalk(
        intervals: state.intervals, network: state.network.network, target: unit.layer))
  }

  /// True if a tree is open whose branches are not all closed.
  var isInTree: Bool { tree.map { !$0.walk.isAtEnd } ?? false }

  /// Takes a split of the open tree.
  mutating func split(
    _ unit: UnitID, at place: String, node: String
  ) throws(CheckFailure) {
    do throws(CheckFailure) {
      try tree?.walk.split(unit, at: place, node: node)
    } catch {
      throw try first(error)
    }
  }

  /// Takes a leaf of the open tree, which closes a branch.
  mutating func close(_ leaf: Leaf, at place: String, node: String) throws(CheckFailure) {
    guard let open = tree else { return }
    do throws(CheckFailure) {
      try tree?.walk.endBranch(at: node)
    } catch {
      throw try first(error)
    }
    let threshold = open.side.sign * open.bound
    try enter(
      LeafTask(
        inequality: open.inequality, leaf: leaf, phases: open.walk.phases,
        limit: leaf.claim * threshold, place: place),
      .leaf(claim: leaf.claim, threshold: threshold, place: place))
  }

  /// Closes the open tree.
  mutating func closeTree(at place: String) throws(CheckFailure) {
    guard let open = tree else { return }
    do throws(CheckFailure) {
      try open.walk.finish(at: place)
    } catch {
      throw try first(error)
    }
    tree = nil
    pending.append(.tree(open.unit, open.side, bound: open.bound, place: open.place))
  }

  /// The state after all steps taken so far.
  mutating func settled() throws(CheckFailure) -> ProofState {
    try flush()
    return state
  }

  /// The state after all steps, with every layer open.
  mutating func completed() throws(CheckFailure) -> ProofState {
    try flush()
    while !state.isComplete { state.openNextLayer() }
    return state
  }

  // MARK: Layers

  private mutating func advance(to unit: UnitID, at place: String) throws(CheckFailure) {
    guard unit.layer >= state.currentLayer, unit.layer < state.network.layers.count else {
      throw try first(
        CheckFailure(
          unit.layer < state.currentLayer ? .stepOrder : .stepTarget, at: "\(place).unit",
          expected: "a unit of layer \(state.currentLayer) or of a later one", found: "\(unit)"))
    }
    while state.currentLayer < unit.layer {
      try flush()
      state.openNextLayer()
    }
    guard unit.index < state.intervals[unit.layer].count else {
      throw try first(
        CheckFailure(
          .stepTarget, at: "\(place).unit", expected: "a unit of layer \(unit.layer)",
          found: "\(unit)"))
    }
  }

  // MARK: Evaluation

  /// What is done with a bound, or after all bounds before.
  private enum Pending {
    case lemma(UnitID, Side, place: String)
    case leaf(claim: Dyadic, threshold: Dyadic, place: String)
    case tree(UnitID, Side, bound: Dyadic, place: String)
  }

  private struct OpenTree {
    let unit: UnitID
    let side: Side
    let bound: Dyadic
    let place: String
    let inequality: LeafInequality
    var walk: TreeWalk
  }

  private struct LeafTask: Sendable {
    let inequality: LeafInequality
    let leaf: Leaf
    let phases: [UnitID: Phase]
    /// What the bound has to be at most; nil if it must be known.
    let limit: Dyadic?
    let place: String

    var bound: Result<Dyadic, CheckFailure> {
      do throws(CheckFailure) {
        if let limit {
          return .success(
            try inequality.bound(of: leaf, phases: phases, atMost: limit, at: place))
        }
        return .success(try inequality.bound(of: leaf, phases: phases, at: place))
      } catch {
        return .failure(error)
      }
    }
  }

  private mutating func enter(_ task: LeafTask, _ use: Pending) throws(CheckFailure) {
    leafCount += 1
    tasks.append(task)
    pending.append(use)
    if tasks.count >= Self.batchSize { try flush() }
  }

  /// The failure to report if `failure` was met while others may wait.
  private mutating func first(_ failure: CheckFailure) throws(CheckFailure) -> CheckFailure {
    try flush()
    return failure
  }

  private mutating func flush() throws(CheckFailure) {
    let tasks = tasks
    let uses = pending
    self.tasks = []
    pending = []
    var bounds = concurrency.map(count: tasks.count) { tasks[$0].bound }[...]
    for use in uses {
      switch use {
      case .lemma(let unit, let side, let place):
        guard let bound = try bounds.popFirst()?.get() else { return }
        let rounded = bound.rounded(.up, toBitCount: ExactNetwork.intervalBitCount)
        try state.shrink(unit, side, to: side == .upper ? rounded : -rounded, at: place)
      case .leaf(let claim, let threshold, let place):
        guard let bound = try bounds.popFirst()?.get() else { return }
        guard claim.isZero ? bound.signum < 0 : bound <= claim * threshold else {
          throw CheckFailure(
            .leafBound, at: place,
            expected: claim.isZero ? "a bound below 0" : "a bound of at most m·\(threshold)",
            found: "\(bound)")
        }
      case .tree(let unit, let side, let bound, let place):
        try state.shrink(unit, side, to: bound, at: place)
      }
    }
  }
}
