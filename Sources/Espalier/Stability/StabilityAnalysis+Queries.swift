internal import Certificates
internal import MILP
internal import NeuralNetwork

/// Queries about single sides of units, and what becomes of the answers.
extension StabilityAnalysis {
  mutating func askDecider(layer k: Int) {
    if usesSlopes {
      for budget in Self.budgets(upTo: options.nodeLimit) {
        askDecider(layer: k, engines: [.slopes], nodeLimit: budget)
      }
    }
    let engines = options.engines.intersection([.tree, .cbc, .exact])
    if engines.isEmpty { return }
    askDecider(layer: k, engines: engines, nodeLimit: options.nodeLimit)
  }

  /// Growing node limits: easy units come first, and a wrong guess costs a fraction.
  static func budgets(upTo limit: Int) -> [Int] {
    var budgets: [Int] = []
    var budget = 64
    while budget < limit {
      budgets.append(budget)
      budget *= 8
    }
    return budgets + [limit]
  }

  private mutating func askDecider(layer k: Int, engines: Set<Engine>, nodeLimit: Int) {
    var asked: Set<BackwardBounds.Target> = []
    while stopReason() == nil {
      var seen: Set<Int> = []
      let round = openSides(layer: k)
        .filter { !asked.contains($0) && seen.insert($0.unit).inserted }
        .prefix(Self.roundSize)
      if round.isEmpty { return }
      asked.formUnion(round)
      ask(
        Array(round), layer: k, goal: .decide, engines: engines, nodeLimit: nodeLimit)
      settle("samples", layer: k)
    }
  }

  mutating func ask(
    _ round: [BackwardBounds.Target], layer k: Int, goal: UnitQuery.Goal, engines: Set<Engine>,
    nodeLimit: Int? = nil
  ) {
    report(k, "queries", unit: round.first?.unit)
    var queries = round.map { target in
      UnitQuery(
        goal: goal, unit: UnitID(layer: k, index: target.unit), side: target.side,
        engines: engines, nodeLimit: nodeLimit ?? options.nodeLimit, seconds: options.unitSeconds,
        member: member)
    }
    let stopReason = stopReason
    for _ in 0..<Self.mostAsks {
      let answers = decider.answers(
        to: queries, state: state, shouldStop: { stopReason() != nil })
      let refused = zip(queries, answers).filter { !enter($1, to: $0) }.map(\.0)
      replay(answers.flatMap(\.points))
      queries = refused.filter { $0.goal == .tighten || isOpen($0) }
      if queries.isEmpty || stopReason() != nil || !decider.startAfresh() { return }
    }
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
