internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// A proved upper bound and a shown lower bound on the difference of every output, as they close in.
struct DifferenceBracket {
  private let options: DifferenceOptions
  private(set) var book: DifferenceBook
  private var uppers: [Dyadic?]
  private var noise: [Dyadic?]
  /// Where the best upper bounds come from.
  var source = DifferenceResult.Source.bounds
  /// The hidden units of the last product.
  var units: DifferenceResult.Units?

  init(
    first: ExactNetwork, second: ExactNetwork, domain: InputDomain, options: DifferenceOptions
  ) {
    self.options = options
    book = DifferenceBook(first: first, second: second, domain: domain)
    uppers = book.best.map { _ in nil }
    noise = book.best.map { _ in nil }
  }

  // MARK: What is found

  /// Enters bounds on the differences of all outputs, the last layer of a state.
  ///
  /// - Returns: True if a bound shrinks.
  @discardableResult
  mutating func enter(_ state: ProofState) -> Bool {
    enter(state.intervals[state.network.network.layers.count - 1])
  }

  /// Enters proved ranges of the differences of all outputs.
  @discardableResult
  mutating func enter(_ differences: [Interval]) -> Bool {
    let old = uppers
    uppers = zip(uppers, differences).map { upper, interval in
      upper.map { min($0, interval.magnitude) } ?? interval.magnitude
    }
    return uppers != old
  }

  /// Enters what rounding may do to each network.
  mutating func enterNoise(_ first: FloatEvaluationBound, _ second: FloatEvaluationBound) {
    let a = book.first.network
    let b = book.second.network
    for output in noise.indices {
      let ours = first.error(of: UnitID(layer: a.layers.count - 1, index: output))
      let theirs = second.error(of: UnitID(layer: b.layers.count - 1, index: output))
      guard let ours, let theirs else { continue }
      // Tighter intervals give smaller bounds; each of them holds.
      noise[output] = min(noise[output] ?? ours + theirs, ours + theirs)
    }
  }

  /// Evaluates an input exactly.
  mutating func confirm(_ point: [Dyadic]) { book.confirm(point) }

  // MARK: What is known

  /// The proved bound of an output.
  func upper(_ output: Int) -> Dyadic {
    guard let upper = uppers[output] else { preconditionFailure("bounds are entered first") }
    return upper
  }

  /// True if no output differs anywhere: proved.
  var isZero: Bool { uppers.allSatisfy { $0?.isZero ?? false } }

  /// True if nothing that was asked of bounds is open.
  var isSettled: Bool { uppers.indices.allSatisfy { target(of: $0) == nil } }

  /// The bound up to which the upper bound of an output should shrink; nil if it need not.
  func target(of output: Int) -> Dyadic? {
    let upper = upper(output)
    let lower = book.size(output)
    if options.epsilon == nil && !options.asksFloatNoise {
      return options.asksArgmax || isClosed(output)
        ? nil : (lower * (.one + Dyadic(options.gap))).rounded(.down, toBitCount: 53)
    }
    var thresholds: [Dyadic] = []
    if let epsilon = options.epsilon, epsilonAnswer == .undecided { thresholds.append(epsilon) }
    if options.asksFloatNoise, noiseAnswer == .undecided, let noise = noise[output] {
      thresholds.append(noise)
    }
    return thresholds.filter { upper > $0 && lower <= $0 }.min()
  }

  private func isClosed(_ output: Int) -> Bool {
    upper(output) - book.size(output) <= upper(output) * Dyadic(options.gap)
  }

  private var epsilonAnswer: DifferenceResult.Answer? {
    options.epsilon.map { epsilon in answer(uppers.map { _ in epsilon }) }
  }

  private var noiseAnswer: DifferenceResult.Answer? {
    options.asksFloatNoise ? answer(noise) : nil
  }

  /// Whether every output stays within its threshold.
  private func answer(_ thresholds: [Dyadic?]) -> DifferenceResult.Answer {
    let outputs = thresholds.enumerated()
    if outputs.contains(where: { i, limit in limit.map { book.size(i) > $0 } ?? false }) {
      return .violated
    }
    return outputs.allSatisfy { i, limit in limit.map { upper(i) <= $0 } ?? upper(i).isZero }
      ? .holds : .undecided
  }

  // MARK: Result

  /// What is known, with witnesses numbered.
  func result(
    argmax: DifferenceResult.Answer?,
    disagreement: (first: Int, second: Int, point: [Dyadic])? = nil, limit: Limit?
  ) -> DifferenceResult {
    var points: [[Dyadic]] = []
    func number(_ point: [Dyadic]) -> Int {
      if let known = points.firstIndex(of: point) { return known }
      points.append(point)
      return points.count - 1
    }
    let outputs = uppers.indices.map { i in
      DifferenceResult.Output(
        lower: book.size(i), upper: upper(i), witness: book.best[i].map { number($0.point) },
        floatNoise: noise[i])
    }
    let shown = disagreement.map {
      DifferenceResult.Disagreement(
        first: $0.first, second: $0.second, witness: number($0.point))
    }
    return DifferenceResult(
      outputs: outputs, points: points, epsilon: epsilonAnswer, argmax: argmax,
      disagreement: shown, floatNoise: noiseAnswer, source: source,
      isClosed: uppers.indices.allSatisfy(isClosed), units: units, limit: limit)
  }
}
