internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Asks whether two networks answer the same class on the whole domain.
///
/// A network's class is an output that none exceeds; where several are largest, each of them is. Two
/// networks disagree at an input if they have no class in common there.
///
/// If `i` is a class of the first network only and `j` one of the second only, then
/// `f_i > f_j` and `g_i < g_j`, so `(f_i - f_j) - (g_i - g_j) > 0` as well. A proof that one of the
/// three fails on the whole domain excludes the pair; all pairs excluded is a proof.
struct ArgmaxQuestion {
  /// The lines between inputs of different classes that are searched for a disagreement.
  static let lineCount = 512
  /// How often a line is halved.
  static let halvings = 60

  let first: Network
  let second: Network
  let search: DifferenceSearch
  let options: AnalysisOptions
  let environment: DifferenceAnalysis.Environment

  /// What came out.
  typealias Found = (
    answer: DifferenceResult.Answer,
    disagreement: (first: Int, second: Int, point: [Dyadic])?
  )

  /// Looks for a disagreement, then for a proof that there is none.
  func ask(samples: [[Double]]) throws -> Found {
    if options.engines.contains(.samples), let found = disagreement(samples: samples) {
      return (.violated, found)
    }
    return (try exclude() ? .holds : .undecided, nil)
  }

  // MARK: A disagreement

  private func disagreement(
    samples: [[Double]]
  ) -> (first: Int, second: Int, point: [Dyadic])? {
    var generator = SeededGenerator(seed: options.seed)
    let inputs =
      samples.map(search.sampler.admit)
      + search.sampler.random(count: options.sampleCount, using: &generator)
    if let found = check(inputs) { return found }
    let classes = classes(of: inputs, first)
    var ends: [(from: [Double], to: [Double])] = []
    for _ in 0..<8 * Self.lineCount where ends.count < Self.lineCount {
      let i = Int.random(in: inputs.indices, using: &generator)
      let j = Int.random(in: inputs.indices, using: &generator)
      if classes[i] != classes[j] { ends.append((inputs[i], inputs[j])) }
    }
    return followLines(ends)
  }

  /// Halves lines towards the input at which the class of the first network changes; the two
  /// networks change their class at different inputs if they differ there.
  private func followLines(
    _ lines: [(from: [Double], to: [Double])]
  ) -> (first: Int, second: Int, point: [Dyadic])? {
    var lines = lines
    for _ in 0..<Self.halvings where !lines.isEmpty && environment.stopReason() == nil {
      let middles = lines.map { line in
        search.sampler.admit(zip(line.from, line.to).map { $0 + ($1 - $0) / 2 })
      }
      if let found = check(middles) { return found }
      let here = classes(of: middles, first)
      let there = classes(of: lines.map(\.from), first)
      for i in lines.indices {
        if here[i] == there[i] { lines[i].from = middles[i] } else { lines[i].to = middles[i] }
      }
    }
    return nil
  }

  /// The first input at which doubles suggest a disagreement and exact numbers confirm it.
  private func check(_ inputs: [[Double]]) -> (first: Int, second: Int, point: [Dyadic])? {
    let ours = classes(of: inputs, first)
    let theirs = classes(of: inputs, second)
    for i in inputs.indices where ours[i] != theirs[i] {
      let point = inputs[i].map { Dyadic($0) }
      if let pair = Self.disagreement(of: first, second, at: point),
        search.state.domain.violation(at: point) == nil
      {
        return (pair.first, pair.second, point)
      }
    }
    return nil
  }

  /// A class of each network at an input if they have none in common, exactly.
  static func disagreement(
    of first: Network, _ second: Network, at point: [Dyadic]
  ) -> (first: Int, second: Int)? {
    let classes = [first, second].map { network -> [Int] in
      let outputs = ExactNetwork(network).outputs(at: point)
      let largest = outputs.max()
      return outputs.indices.filter { outputs[$0] == largest }
    }
    return Set(classes[0]).isDisjoint(with: classes[1]) ? (classes[0][0], classes[1][0]) : nil
  }

  private func classes(of inputs: [[Double]], _ network: Network) -> [Int] {
    let values = network.preactivations(
      of: BatchMatrix(rows: inputs, columnCount: network.inputCount))[network.layers.count - 1]
    return inputs.indices.map { i in
      (0..<network.outputCount).max { values[i, $0] < values[i, $1] } ?? 0
    }
  }

  // MARK: A proof

  /// A pair of classes, `i < j`; its three forms are the units `3 n`, `3 n + 1`, `3 n + 2` of the
  /// readout: `f_i - f_j`, `g_i - g_j`, and the first minus the second.
  private struct Pair {
    let i: Int
    let j: Int
  }

  /// True if every pair of classes is excluded, both ways round.
  private func exclude() throws -> Bool {
    let count = first.outputCount
    let pairs = (0..<count).flatMap { i in ((i + 1)..<max(i + 1, count)).map { Pair(i: i, j: $0) } }
    var state = try search.state(reading: pairs.flatMap(forms))
    if options.engines.contains(.bounds) { state.tightenByBackwardBounds() }
    let top = state.currentLayer
    let directions = pairs.indices.flatMap { [(pair: $0, sign: 1), (pair: $0, sign: -1)] }
    let decider = try environment.makeDecider(state.network.network)
    let engines = options.engines.intersection([.tree, .cbc, .exact])
    for direction in directions {
      if isExcluded(direction, state) { continue }
      if engines.isEmpty { return false }
      for target in targets(direction) {
        if environment.stopReason() != nil { return false }
        let query = UnitQuery(
          goal: .decide, unit: UnitID(layer: top, index: target.unit), side: target.side,
          engines: engines, nodeLimit: options.nodeLimit, seconds: seconds,
          member: search.sampler.member)
        let answer = decider.answers(
          to: [query], state: state, shouldStop: { environment.stopReason() != nil })[0]
        if case .proof(let proof) = answer.finding {
          _ = state.accepts(Step(unit: query.unit, side: query.side, proof: proof))
        }
        if isExcluded(direction, state) { break }
      }
      if !isExcluded(direction, state) { return false }
    }
    return true
  }

  private var seconds: Double? {
    [environment.remainingSeconds().map { max($0 / 2, 0.05) }, options.unitSeconds]
      .compactMap { $0 }.min()
  }

  private func forms(_ pair: Pair) -> [[(factor: Int, unit: Int)]] {
    let product = search.product
    let ours = [(1, product.firstOutput(pair.i)), (-1, product.firstOutput(pair.j))]
    let theirs = [(1, product.secondOutput(pair.i)), (-1, product.secondOutput(pair.j))]
    return [ours, theirs, ours + theirs.map { (-$0.0, $0.1) }]
  }

  /// Any one of these excludes `f_i > f_j` with `g_i < g_j` (sign 1), or the reverse (sign -1).
  private func targets(_ direction: (pair: Int, sign: Int)) -> [BackwardBounds.Target] {
    let isFirst = direction.sign > 0
    return [
      .init(unit: 3 * direction.pair + 2, side: isFirst ? .upper : .lower),
      .init(unit: 3 * direction.pair, side: isFirst ? .upper : .lower),
      .init(unit: 3 * direction.pair + 1, side: isFirst ? .lower : .upper),
    ]
  }

  private func isExcluded(_ direction: (pair: Int, sign: Int), _ state: ProofState) -> Bool {
    targets(direction).contains { target in
      let interval = state[UnitID(layer: state.currentLayer, index: target.unit)]
      return target.side == .upper ? interval.upper.signum <= 0 : interval.lower.signum >= 0
    }
  }
}
