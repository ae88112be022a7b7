public import Certificates
internal import ExactArithmetic
public import MILP
public import NeuralNetwork

/// Decides every ReLU unit of a network on a domain, layer by layer.
///
/// One layer's proved bounds feed the next. Searching stages suggest; a `ProofState` and a
/// `WitnessBook` decide in exact arithmetic, and only what they accepted becomes a verdict.
public struct StabilityAnalysis {
  /// The queries of one round; new witnesses are replayed on all units between rounds.
  static let roundSize = 8
  /// How often a question is asked at most whose answers do not hold.
  static let mostAsks = 3
  /// Gradient steps before and after linear bounds.
  static let climbSteps = (first: 12, second: 40)

  private let options: AnalysisOptions
  private let decider: any UnitDecider
  private let onProgress: (AnalysisProgress) -> Void
  private let onBoxes: ((BoxProof) -> Void)?
  private let onStep: ((Step) -> Void)?
  private let concurrency: Concurrency
  private let stopReason: () -> Limit?

  private let network: Network
  private let sampler: DomainSampler
  private var state: ProofState
  private var pool: SamplePool
  private var book: WitnessBook
  private var boxes: BoxProof?
  private var steps: [Step] = []
  private var stepCount = 0
  private var ledger = SettlementLedger()
  private var unitLimits: [UnitID: Limit] = [:]
  private let member: [Double]?
  private let plainLayerCount: Int

  /// Prepares an analysis.
  ///
  /// - Parameters:
  ///   - samples: Inputs that are pushed through the network first, besides random ones.
  ///   - plainLayerCount: The number of leading layers that a runtime evaluates as one product
  ///     and one bias per unit; nil for all.
  ///   - decider: Who answers queries about single units.
  ///   - onBoxes: Gets the boxes into which the domain is cut, before all steps.
  ///   - onStep: Gets every step as it is proved, in the order of the certificate; the result then
  ///     holds none.
  ///   - concurrency: How boxes are bounded; results do not depend on it.
  ///   - stopReason: Asked again and again; a limit ends the search with what is proved so far.
  /// - Throws: `AnalysisError` if the domain does not fit or is empty.
  public init(
    network: Network, domain: InputDomain, options: AnalysisOptions, decider: any UnitDecider,
    samples: [[Double]] = [], plainLayerCount: Int? = nil,
    onProgress: @escaping (AnalysisProgress) -> Void = { _ in },
    onBoxes: ((BoxProof) -> Void)? = nil, onStep: ((Step) -> Void)? = nil,
    concurrency: Concurrency = .serial, stopReason: @escaping () -> Limit? = { nil }
  ) throws(AnalysisError) {
    guard domain.inputCount == network.inputCount else {
      throw .inputCountMismatch(domain: domain.inputCount, network: network.inputCount)
    }
    let exact = ExactNetwork(network)
    book = WitnessBook(network: exact, domain: domain)
    if domain.isBox {
      member = nil
    } else {
      let point = try MemberSearch(domain: domain, type: network.scalarType).find()
      book.enterMember(point)
      member = point.map(\.approximation)
    }
    self.network = network
    self.plainLayerCount = plainLayerCount ?? network.layers.count
    self.options = options
    self.decider = decider
    self.onProgress = onProgress
    self.onBoxes = onBoxes
    self.onStep = onStep
    self.concurrency = concurrency
    self.stopReason = stopReason
    sampler = DomainSampler(domain: domain, type: network.scalarType, member: member)
    state = ProofState(network: exact, domain: domain)
    pool = SamplePool(network: network)
    BatchMatrix.useOneThread()
    if options.engines.contains(.samples) { drawSamples(given: samples) }
  }

  /// Runs the analysis to its end or to a limit.
  public mutating func run() -> StabilityResult {
    if options.engines.contains(.boxes) { cutIntoBoxes() }
    while true {
      if stopReason() == nil {
        decideLayer(state.currentLayer)
      } else {
        book.confirm(pool, layer: state.currentLayer)
      }
      if state.isComplete { break }
      state.openNextLayer()
    }
    let verdicts = VerdictAssembly(
      state: state, book: book, ledger: ledger, unitLimits: unitLimits, limit: stopReason(),
      options: options, floatBound: FloatEvaluationBound(state, plainLayerCount: plainLayerCount)
    ).verdicts
    return StabilityResult(
      proved: state, boxes: boxes, steps: steps, stepCount: stepCount, verdicts: verdicts, points: book.points,
      member: state.domain.isBox ? nil : Self.memberIndex)
  }

  /// The point that shows that a domain with rows or a ball is not empty is the first that enters.
  private static let memberIndex = 0

  /// What the certificate of an analysis says first.
  public static func head(
    network: Network, domain: InputDomain, files: [FileDigest], producer: String
  ) -> CertificateHead {
    CertificateHead(
      producer: producer,
      model: ModelBinding(files: files, networkDigest: network.digest), domain: domain,
      member: domain.isBox ? nil : memberIndex)
  }

  private mutating func drawSamples(given: [[Double]]) {
    var generator = SeededGenerator(seed: options.seed)
    let inputs =
      given.map(sampler.admit) + sampler.random(count: options.sampleCount, using: &generator)
    pool.add(BatchMatrix(rows: inputs, columnCount: network.inputCount))
  }

  // MARK: One layer

  private mutating func decideLayer(_ k: Int) {
    let hasReluUnits = network.layers[k].activations.contains(.relu)
    if hasReluUnits {
      settle(layer: k, stable: "interval", unstable: "samples")
      if options.engines.contains(.samples) {
        if k == 0 { visitCorners() }
        book.confirm(pool, layer: k)
        settle("samples", layer: k)
        climb(layer: k, steps: Self.climbSteps.first)
      }
    }
    if options.engines.contains(.bounds) && k > 0 {
      tightenOpenUnits(layer: k)
      settle("bounds", layer: k)
    }
    if options.engines.contains(.bounds) && k > 0 && isFollowedByReluUnits(k) {
      tightenUnstableUnits(layer: k)
    }
    if hasReluUnits {
      if options.engines.contains(.samples) { climb(layer: k, steps: Self.climbSteps.second) }
      askDecider(layer: k)
    }
  }

  /// The corners of the box at which open units of the first layer have their extremes.
  private mutating func visitCorners() {
    let corners = openSides(layer: 0).map { side in
      sampler.corner(
        maximizing: network.layers[0].weights.row(side.unit).map { side.side.factor * $0 })
    }
    pool.add(BatchMatrix(rows: corners, columnCount: network.inputCount))
  }

  private mutating func climb(layer k: Int, steps count: Int) {
    report(k, "climbs")
    let stopReason = stopReason
    DirectedSearch(network: network, sampler: sampler).climb(
      layer: k, targets: openSides(layer: k), steps: count, pool: &pool,
      shouldStop: { stopReason() != nil })
    book.confirm(pool, layer: k)
    settle("climbs", layer: k)
  }

  // MARK: Linear bounds

  /// Tries to prove the sides of which no sample has shown the sign.
  private mutating func tightenOpenUnits(layer k: Int) {
    report(k, "bounds")
    apply(leaves(for: openSides(layer: k), layer: k)) { _, claimed, _ in claimed <= 0 }
  }

  /// Tightens units that are not off, for the layers above: by backward bounds, and on small
  /// networks by the relaxation itself.
  private mutating func tightenUnstableUnits(layer k: Int) {
    report(k, "bounds")
    let targets = (0..<network.layers[k].unitCount).flatMap { j in
      Side.allCases.map { BackwardBounds.Target(unit: j, side: $0) }
    }.filter { target in
      let unit = UnitID(layer: k, index: target.unit)
      return network.activation(of: unit) == .identity || state[unit].upper.signum > 0
    }
    apply(leaves(for: targets, layer: k)) { state, claimed, target in
      let interval = state[UnitID(layer: k, index: target.unit)]
      let now = target.side == .upper ? interval.upper : -interval.lower
      let width = (interval.upper - interval.lower).approximation
      return now.approximation - claimed > Self.usefulGain * width
    }
    if options.engines.contains(.tree) && network.parameterCount <= Self.relaxableParameterCount {
      relax(targets, layer: k)
    }
  }

  /// Networks up to this size have the relaxation of every unit solved for its bounds.
  static let relaxableParameterCount = 20_000

  private mutating func relax(_ targets: [BackwardBounds.Target], layer k: Int) {
    for start in stride(from: 0, to: targets.count, by: Self.roundSize) {
      if stopReason() != nil { return }
      let round = targets[start..<min(start + Self.roundSize, targets.count)].filter {
        let interval = state[UnitID(layer: k, index: $0.unit)]
        return interval.upper.signum > 0 && !interval.isPoint
      }
      ask(round, layer: k, goal: .tighten, engines: [.tree])
    }
    settle("relaxation", layer: k)
  }

  /// The share of an interval's width that a lemma must gain to stand in the certificate.
  static let usefulGain = 0.02

  private func leaves(
    for targets: [BackwardBounds.Target], layer k: Int
  ) -> [(target: BackwardBounds.Target, leaf: Leaf, claimedBound: Double)] {
    let bounds = BackwardBounds(
      network: network, domain: state.domain, intervals: FloatIntervals(state))
    return zip(targets, bounds.leaves(layer: k, targets: targets)).map {
      ($0, $1.leaf, $1.claimedBound)
    }
  }

  private mutating func apply(
    _ leaves: [(target: BackwardBounds.Target, leaf: Leaf, claimedBound: Double)],
    if isUseful: (ProofState, Double, BackwardBounds.Target) -> Bool
  ) {
    for (target, leaf, claimed) in leaves {
      if stopReason() != nil { return }
      guard isUseful(state, claimed, target) else { continue }
      apply(
        Step(
          unit: UnitID(layer: state.currentLayer, index: target.unit), side: target.side,
          proof: .lemma(leaf)))
    }
  }

  /// Applies a step if exact arithmetic accepts it and it shrinks something.
  ///
  /// - Returns: False if exact arithmetic refuses it.
  @discardableResult
  private mutating func apply(_ step: Step) -> Bool {
    let old = state[step.unit]
    do throws(CheckFailure) {
      try state.apply(step, at: "$")
    } catch {
      // A candidate that does not hold: the unit stays open.
      return false
    }
    if state[step.unit] != old {
      stepCount += 1
      if let onStep { onStep(step) } else { steps.append(step) }
    }
    return true
  }

  // MARK: Queries

  private mutating func askDecider(layer k: Int) {
    let engines = options.engines.intersection([.tree, .cbc, .exact])
    if engines.isEmpty { return }
    var asked: Set<BackwardBounds.Target> = []
    while stopReason() == nil {
      var seen: Set<Int> = []
      let round = openSides(layer: k)
        .filter { !asked.contains($0) && seen.insert($0.unit).inserted }
        .prefix(Self.roundSize)
      if round.isEmpty { return }
      asked.formUnion(round)
      ask(Array(round), layer: k, goal: .decide, engines: engines)
      settle("samples", layer: k)
    }
  }

  private mutating func ask(
    _ round: [BackwardBounds.Target], layer k: Int, goal: UnitQuery.Goal, engines: Set<Engine>
  ) {
    report(k, "queries", unit: round.first?.unit)
    var queries = round.map { target in
      UnitQuery(
        goal: goal, unit: UnitID(layer: k, index: target.unit), side: target.side,
        engines: engines, nodeLimit: options.nodeLimit, seconds: options.unitSeconds,
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
  private mutating func enter(_ answer: UnitAnswer, to query: UnitQuery) -> Bool {
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

  private mutating func replay(_ suggested: [[Double]]) {
    let points = suggested.filter { $0.count == network.inputCount }
    guard options.engines.contains(.samples), !points.isEmpty else { return }
    pool.add(
      BatchMatrix(rows: points.map(sampler.admit), columnCount: network.inputCount))
    book.confirm(pool, layer: state.currentLayer)
  }

  // MARK: What is open

  /// The sides of the layer's ReLU units for which neither a proof nor a witness exists.
  private func openSides(layer k: Int) -> [BackwardBounds.Target] {
    (0..<network.layers[k].unitCount).flatMap { j -> [BackwardBounds.Target] in
      let unit = UnitID(layer: k, index: j)
      guard isOpen(unit) else { return [] }
      return Side.allCases.filter { book.witness(of: unit, sign: $0 == .upper ? 1 : -1) == nil }
        .map { BackwardBounds.Target(unit: j, side: $0) }
    }
  }

  private func isOpen(_ unit: UnitID) -> Bool {
    network.activation(of: unit) == .relu && state[unit].lower.signum < 0
      && state[unit].upper.signum > 0 && !book.isUnstable(unit)
  }

  /// True if the side that a query asks about is not settled.
  private func isOpen(_ query: UnitQuery) -> Bool {
    isOpen(query.unit)
      && book.witness(of: query.unit, sign: query.side.sign.signum) == nil
  }

  private func isFollowedByReluUnits(_ k: Int) -> Bool {
    network.layers[(k + 1)...].contains { $0.activations.contains(.relu) }
  }

  private mutating func settle(_ stage: String, layer k: Int) {
    settle(layer: k, stable: stage, unstable: stage)
  }

  private mutating func settle(layer k: Int, stable: String, unstable: String) {
    for j in 0..<network.layers[k].unitCount {
      let unit = UnitID(layer: k, index: j)
      guard network.activation(of: unit) == .relu && !isOpen(unit) else { continue }
      ledger.enter(unit, book.isUnstable(unit) ? unstable : stable)
    }
  }

  private func report(_ k: Int, _ stage: String, unit: Int? = nil) {
    onProgress(
      AnalysisProgress(
        layer: k, lastLayer: network.layers.lastIndex { $0.activations.contains(.relu) } ?? 0,
        stage: stage, unit: unit,
        openCount: network.layers[k].activations.indices.count {
          isOpen(UnitID(layer: k, index: $0))
        },
        settled: ledger.counts, unitCount: network.reluUnits.count))
  }
}
