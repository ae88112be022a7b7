internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Closes the bracket of a product network: samples and climbs from below, bounds and branching
/// from above.
struct DifferenceSearch {
  /// The queries that are asked at a time.
  static let roundSize = 8
  /// The nodes of the first round of branching; each round after it has more.
  static let firstNodeLimit = 64
  /// By how much.
  static let nodeGrowth = 8
  /// Gradient steps of a climb.
  static let climbSteps = 60

  let product: ProductNetwork
  let sampler: DomainSampler
  private let member: [Double]?
  private let firstIntervals: [[Interval]]?
  private let secondIntervals: [[Interval]]?
  /// The difference network, with its last layer open.
  private(set) var state: ProofState

  init(
    _ product: ProductNetwork, domain: InputDomain, member: [Double]?, first: [[Interval]]?,
    second: [[Interval]]?
  ) throws {
    self.product = product
    self.member = member
    firstIntervals = first
    secondIntervals = second
    sampler = DomainSampler(domain: domain, type: product.scalarType, member: member)
    state = product.state(
      of: try product.difference, domain: domain, first: first, second: second)
  }

  /// The layer of the differences.
  private var top: Int { state.network.network.layers.count - 1 }

  /// A state of another readout of the same product.
  func state(reading sums: [[(factor: Int, unit: Int)]]) throws -> ProofState {
    product.state(
      of: try product.reading(sums), domain: state.domain, first: firstIntervals,
      second: secondIntervals)
  }

  // MARK: Without branching

  /// Bounds of all kinds, then samples and climbs.
  mutating func bound(
    _ bracket: inout DifferenceBracket, options: DifferenceOptions, samples: [[Double]],
    environment: DifferenceAnalysis.Environment
  ) {
    let units = product.hiddenUnits
    bracket.units = .init(merged: units.merged, all: units.all)
    bracket.enter(state)
    if bracket.isZero { bracket.source = .structure }
    if options.search.engines.contains(.bounds) && !bracket.isZero {
      bracket.enter(PairedBound(product, state: state).differences)
      state.tightenByBackwardBounds()
      bracket.enter(state)
    }
    bracket.confirm(sampler.member.map { Dyadic($0) })
    if options.search.engines.contains(.samples) && !bracket.isZero {
      sample(&bracket, options: options, samples: samples, environment: environment)
    }
  }

  private func sample(
    _ bracket: inout DifferenceBracket, options: DifferenceOptions, samples: [[Double]],
    environment: DifferenceAnalysis.Environment
  ) {
    let network = state.network.network
    var generator = SeededGenerator(seed: options.search.seed)
    let inputs =
      samples.map(sampler.admit)
      + sampler.random(count: options.search.sampleCount, using: &generator)
    let pool = product.samplePool(
      of: network, sampler, inputs: inputs, climbSteps: Self.climbSteps,
      shouldStop: { environment.stopReason() != nil })
    for output in 0..<product.outputCount {
      let extremes = pool[UnitID(layer: top, index: output)]
      for number in [extremes.largestPoint, extremes.smallestPoint] {
        if let point = pool.points[number] { bracket.confirm(point.map { Dyadic($0) }) }
      }
    }
  }

  // MARK: Branching

  /// A side of an output whose bound should shrink to `floor`.
  private struct Target {
    let unit: UnitID
    let side: Side
    let floor: Dyadic

    var key: BackwardBounds.Target { .init(unit: unit.index, side: side) }
  }

  /// Rounds of ever larger trees, until nothing is open or a limit is met.
  mutating func branch(
    _ bracket: inout DifferenceBracket, options: DifferenceOptions,
    environment: DifferenceAnalysis.Environment
  ) throws {
    let engines = options.search.engines.intersection([.tree, .cbc])
    if engines.isEmpty { return }
    let decider = try environment.makeDecider(state.network.network)
    var nodeLimit = min(Self.firstNodeLimit, options.search.nodeLimit)
    while true {
      var asked: Set<BackwardBounds.Target> = []
      while true {
        if environment.stopReason() != nil { return }
        let targets = targets(bracket).filter { !asked.contains($0.key) }
        if targets.isEmpty { break }
        let round = Array(targets.prefix(Self.roundSize))
        asked.formUnion(round.map(\.key))
        environment.onProgress("branching, \(nodeLimit) nodes, \(targets.count) sides open")
        let seconds = seconds(round.count, options, environment)
        let queries = round.map { target in
          UnitQuery(
            goal: .maximize, unit: target.unit, side: target.side, engines: engines,
            nodeLimit: nodeLimit, seconds: seconds, member: member,
            floor: target.floor)
        }
        ask(queries, decider, &bracket, environment)
      }
      if targets(bracket).isEmpty || nodeLimit >= options.search.nodeLimit { return }
      nodeLimit = min(nodeLimit * Self.nodeGrowth, options.search.nodeLimit)
    }
  }

  /// What is left, shared by a round that is worked on one query at a time, and half of that: the
  /// answers come in time, and later rounds have their share.
  private func seconds(
    _ count: Int, _ options: DifferenceOptions, _ environment: DifferenceAnalysis.Environment
  ) -> Double? {
    let left = environment.remainingSeconds().map { max($0 / Double(2 * count), 0.05) }
    return [left, options.search.unitSeconds].compactMap { $0 }.min()
  }

  private func targets(_ bracket: DifferenceBracket) -> [Target] {
    (0..<product.outputCount).flatMap { output -> [Target] in
      guard let floor = bracket.target(of: output) else { return [] }
      let unit = UnitID(layer: top, index: output)
      return Side.allCases.compactMap { side in
        let end = side == .upper ? state[unit].upper : -state[unit].lower
        return end > floor ? Target(unit: unit, side: side, floor: floor) : nil
      }
    }
  }

  private mutating func ask(
    _ queries: [UnitQuery], _ decider: any UnitDecider, _ bracket: inout DifferenceBracket,
    _ environment: DifferenceAnalysis.Environment
  ) {
    let answers = decider.answers(
      to: queries, state: state, shouldStop: { environment.stopReason() != nil })
    for (query, answer) in zip(queries, answers) {
      if case .proof(let proof) = answer.finding,
        state.accepts(Step(unit: query.unit, side: query.side, proof: proof)),
        bracket.enter(state)
      {
        bracket.source = .search
      }
      for point in answer.points where point.count == state.domain.inputCount {
        bracket.confirm(sampler.admit(point).map { Dyadic($0) })
      }
    }
  }
}

extension ProofState {
  /// Applies a step if exact arithmetic accepts it; otherwise nothing changes.
  mutating func accepts(_ step: Step) -> Bool {
    do throws(CheckFailure) {
      try apply(step, at: "$")
      return true
    } catch {
      // A candidate that does not hold.
      return false
    }
  }

  /// Tightens both sides of every unit of the current layer by backward bounds.
  mutating func tightenByBackwardBounds() {
    let k = currentLayer
    guard k > 0 else { return }
    let targets = intervals[k].indices.filter { !intervals[k][$0].isPoint }.flatMap { unit in
      Side.allCases.map { BackwardBounds.Target(unit: unit, side: $0) }
    }
    let leaves = BackwardBounds(
      network: network.network, domain: domain, intervals: FloatIntervals(self)
    ).leaves(layer: k, targets: targets)
    for (target, found) in zip(targets, leaves) {
      _ = accepts(
        Step(
          unit: UnitID(layer: k, index: target.unit), side: target.side,
          proof: .lemma(found.leaf)))
    }
  }
}
