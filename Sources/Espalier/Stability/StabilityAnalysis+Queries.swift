internal import Certificates
internal import MILP
internal import NeuralNetwork

/// Queries about single sides of units, and what becomes of the answers.
extension StabilityAnalysis {
  /// How many boxes, or nodes of a tree of linear bounds, there may be for each node that the other
  /// engines may have for one query: a linear program takes as long as many bounds.
  static let boundsPerNode = 10
  /// The multipliers of a tree of linear bounds at most, for the sake of memory, unless the node
  /// limit itself asks for more.
  static let mostMultipliers = 32_000_000

  /// Asks about every open side: trees of linear bounds first, then the other engines.
  ///
  /// On small networks a linear program takes about as long as a few bounds, so that large trees of
  /// bounds come last.
  mutating func askDecider(layer k: Int) {
    let belowCount = network.layers[..<k].reduce(1) { $0 + $1.unitCount }
    var schedule = SlopeSchedule(
      nodeLimit: min(
        Self.boundsPerNode * options.nodeLimit,
        max(options.nodeLimit, Self.mostMultipliers / belowCount)))
    let others = options.engines.intersection([.tree, .cbc, .exact])
    let isSmall = network.parameterCount <= Self.relaxableParameterCount
    let passes = usesSlopes ? schedule.nodeLimits : []
    let (first, later) = (passes.filter { !isSmall || $0 < Self.smallTreeNodes }, passes)
    for limit in first { askSlopes(layer: k, &schedule, nodeLimit: limit) }
    if !others.isEmpty { askOthers(layer: k, engines: others) }
    for limit in later.dropFirst(first.count) {
      askSlopes(layer: k, &schedule, nodeLimit: limit)
    }
    if limit() == .seconds {
      for side in openSides(layer: k) {
        unitLimits[UnitID(layer: k, index: side.unit)] = .seconds
      }
    }
  }

  /// Small networks have smaller trees of linear bounds before the other engines have their turn.
  static let smallTreeNodes = 1000

  /// One pass of the schedule.
  private mutating func askSlopes(
    layer k: Int, _ schedule: inout SlopeSchedule, nodeLimit: Int
  ) {
    var asked: Set<BackwardBounds.Target> = []
    while limit() == nil {
      let order = schedule.order(openSides(layer: k), nodeLimit: nodeLimit)
      let round = nextRound(order, &asked)
      if round.isEmpty { return }
      for (target, answer) in ask(
        round, layer: k, goal: .decide, engines: [.slopes], nodeLimit: nodeLimit)
      {
        schedule.note(answer, to: target)
      }
      settle("samples", layer: k)
    }
  }

  private mutating func askOthers(layer k: Int, engines: Set<Engine>) {
    var asked: Set<BackwardBounds.Target> = []
    while limit() == nil {
      let round = nextRound(openSides(layer: k), &asked)
      if round.isEmpty { return }
      ask(
        round, layer: k, goal: .decide, engines: engines, nodeLimit: options.nodeLimit)
      settle("samples", layer: k)
    }
  }

  /// The first sides that have not been asked about, of different units.
  private func nextRound(
    _ sides: [BackwardBounds.Target], _ asked: inout Set<BackwardBounds.Target>
  ) -> [BackwardBounds.Target] {
    var seen: Set<Int> = []
    let round = sides.filter { !asked.contains($0) && seen.insert($0.unit).inserted }
      .prefix(Self.roundSize)
    asked.formUnion(round)
    return Array(round)
  }

  /// Asks one round of queries and enters the answers.
  ///
  /// - Returns: The first answer to each query.
  @discardableResult
  mutating func ask(
    _ round: [BackwardBounds.Target], layer k: Int, goal: UnitQuery.Goal, engines: Set<Engine>,
    nodeLimit: Int
  ) -> [(target: BackwardBounds.Target, answer: UnitAnswer)] {
    report(k, "queries", unit: round.first?.unit)
    var queries = round.map { target in
      UnitQuery(
        goal: goal, unit: UnitID(layer: k, index: target.unit), side: target.side,
        engines: engines, nodeLimit: nodeLimit, seconds: options.unitSeconds,
        member: member)
    }
    var first: [UnitAnswer] = []
    let decider = decider
    let limit = limit
    for attempt in 0..<Self.mostAsks {
      var refused: [UnitQuery] = []
      var points: [[Double]] = []
      decider.answer(queries, state: state, shouldStop: { limit() != nil }) { i, answer in
        if attempt == 0 { first.append(answer) }
        points += answer.points
        if !enter(answer, to: queries[i]) { refused.append(queries[i]) }
      }
      replay(points)
      queries = refused.filter { $0.goal == .tighten || isOpen($0) }
      if queries.isEmpty || limit() != nil || !decider.startAfresh() { break }
    }
    return Array(zip(round, first))
  }

  /// Enters what holds of an answer.
  ///
  /// - Returns: False if the answer claims something that does not hold.
  mutating func enter(_ answer: UnitAnswer, to query: UnitQuery) -> Bool {
    var isAccepted = true
    unitLimits[query.unit] = nil
    switch answer.finding {
    case .proof(let proof):
      isAccepted = apply(Step(unit: query.unit, side: query.side, proof: proof))
    case .witness(let point): book.confirm(point)
    case .nothing(let limit):
      unitLimits[query.unit] = limit
      return true
    }
    if query.goal == .tighten {
      if case .witness = answer.finding { return false }
      return isAccepted
    }
    if let engine = answer.engine { settle(engine.rawValue, layer: query.unit.layer) }
    // Refused, or true and beside the question: either way nobody has answered it.
    if isOpen(query) { unitLimits[query.unit] = .workers }
    return !isOpen(query)
  }

  mutating func replay(_ suggested: [[Double]]) {
    let points = suggested.filter { $0.count == network.inputCount }
    guard options.engines.contains(.samples), !points.isEmpty else { return }
    pool.add(
      BatchMatrix(rows: points.map(sampler.admit), columnCount: network.inputCount))
    book.confirm(pool, layer: state.currentLayer)
  }
}
