internal import ExactArithmetic
internal import NeuralNetwork

/// Checks the nodes of region trees as they come.
///
/// Nodes need nothing but the proved intervals and the phases of their path, so leaves and points
/// are evaluated in batches, perhaps at the same time; memory does not grow with the trees.
struct RegionReplay {
  /// The most leaves and points that wait for their evaluation.
  static let batchSize = 512

  /// How many layers count.
  let layerCount: Int
  private let evaluation: RegionEvaluation
  private let concurrency: Concurrency
  private let parts: [[UnitID]]
  private var walk: RegionWalk
  private var provedCounts: [[Int]] = []
  private var tasks: [RegionTask] = []
  /// How many leaves were taken.
  private(set) var leafCount = 0

  /// Starts with the number of layers that count.
  ///
  /// - Parameter place: Where that number stands.
  init(
    _ proved: ProofState, layerCount: Int, concurrency: Concurrency, at place: String
  ) throws(CheckFailure) {
    guard (1...proved.intervals.count).contains(layerCount) else {
      throw CheckFailure(
        .regionLayers, at: place, expected: "1 to \(proved.intervals.count) layers",
        found: "\(layerCount)")
    }
    self.layerCount = layerCount
    self.concurrency = concurrency
    evaluation = RegionEvaluation(proved, layerCount: layerCount)
    parts = RegionParts.parts(of: proved, layerCount: layerCount)
    walk = RegionWalk(units: parts.first ?? [])
  }

  /// True if every tree has ended.
  private var isAtEnd: Bool { provedCounts.count == parts.count }

  /// Takes the next node.
  mutating func take(_ node: RegionNode, at place: String) throws(CheckFailure) {
    guard !isAtEnd else {
      throw try first(
        CheckFailure(
          .regionShape, at: place, expected: "the end of the \(parts.count) trees",
          found: "another node"))
    }
    switch node {
    case .split(let unit):
      try check(unit, at: "\(place).split")
      walk.enter(unit, .off, hasOtherBranch: true)
    case .empty(let side, let unit, let leaf):
      try check(unit, at: "\(place).unit")
      leafCount += 1
      try enter(
        .leaf(
          unit, side.bounded, leaf, phases: walk.phases, rule: .regionEmpty,
          place: "\(place).leaf"))
      walk.enter(unit, side.opposite.phase)
    case .zero(let unit, let upper, let lower):
      try check(unit, at: "\(place).zero")
      leafCount += 2
      for (side, leaf) in [(Side.upper, upper), (.lower, lower)] {
        try enter(
          .leaf(
            unit, side, leaf, phases: walk.phases, rule: .regionZero,
            place: "\(place).\(side.rawValue)"))
      }
      walk.enter(unit, .zero)
    case .point(let point): try end(point, at: "\(place).point")
    }
  }

  /// Checks the counts once all nodes are there; returns them.
  mutating func finish(
    counts: [[Int]], at place: String, treePlace: String
  ) throws(CheckFailure) -> [[Int]] {
    try flush()
    guard isAtEnd else {
      throw CheckFailure(
        .regionShape, at: treePlace, expected: "\(parts.count) trees that end in points",
        found: "the end of the nodes in tree \(provedCounts.count)")
    }
    guard counts == provedCounts else {
      throw CheckFailure(
        .regionCount, at: place, expected: "\(provedCounts)", found: "\(counts)")
    }
    return provedCounts
  }

  private mutating func end(_ point: [Dyadic], at place: String) throws(CheckFailure) {
    guard walk.isComplete else {
      throw try first(
        CheckFailure(
          .regionPoint, at: place,
          expected: "a node about a unit of layer \(walk.units[walk.phases.count].layer)",
          found: "a point"))
    }
    try enter(.point(point, phases: walk.phases, place: place))
    walk.endBranch()
    guard walk.isAtEnd else { return }
    provedCounts.append(walk.counts(layerCount: layerCount))
    if !isAtEnd { walk = RegionWalk(units: parts[provedCounts.count]) }
  }

  private mutating func check(_ unit: UnitID, at place: String) throws(CheckFailure) {
    guard walk.mayTake(unit) else {
      let expected =
        walk.isComplete
        ? "a point, as every unit has a phase"
        : "an open unit of layer \(walk.units[walk.phases.count].layer) of this part without a phase"
      throw try first(
        CheckFailure(.regionUnit, at: place, expected: expected, found: "\(unit)"))
    }
  }

  // MARK: Evaluation

  private mutating func enter(_ task: RegionTask) throws(CheckFailure) {
    tasks.append(task)
    if tasks.count >= Self.batchSize { try flush() }
  }

  /// The failure to report if `failure` was met while others may wait.
  private mutating func first(_ failure: CheckFailure) throws(CheckFailure) -> CheckFailure {
    try flush()
    return failure
  }

  private mutating func flush() throws(CheckFailure) {
    let tasks = tasks
    let evaluation = evaluation
    self.tasks = []
    let failures = concurrency.map(count: tasks.count) { evaluation.failure(of: tasks[$0]) }
    for failure in failures {
      if let failure { throw failure }
    }
  }
}
