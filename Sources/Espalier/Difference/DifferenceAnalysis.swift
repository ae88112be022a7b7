internal import Certificates
internal import ExactArithmetic
public import MILP
public import NeuralNetwork

/// Bounds the difference of two networks on a domain from both sides, and answers questions.
///
/// Upper bounds are proved in exact arithmetic: intervals of a `ProofState`, `PairedBound`, and
/// steps that a `ProofState` accepted. Lower bounds are exact evaluations of both networks.
public struct DifferenceAnalysis {
  /// A model as the analysis sees it.
  public struct Model: Sendable {
    /// The network.
    public let network: Network
    /// The leading layers that a runtime evaluates as one product and one bias per unit.
    public let plainLayerCount: Int

    /// A model from its parts.
    public init(network: Network, plainLayerCount: Int) {
      self.network = network
      self.plainLayerCount = plainLayerCount
    }
  }

  /// What the analysis needs from outside.
  public struct Environment {
    /// Who answers queries about units of a network.
    public var makeDecider: (Network) throws -> any UnitDecider
    /// A limit ends the search with what is proved so far.
    public var stopReason: () -> Limit?
    /// The seconds that are left; nil for no limit.
    public var remainingSeconds: () -> Double?
    /// Told of what is going on.
    public var onProgress: (String) -> Void

    /// An environment from its parts.
    public init(
      makeDecider: @escaping (Network) throws -> any UnitDecider,
      stopReason: @escaping () -> Limit? = { nil },
      remainingSeconds: @escaping () -> Double? = { nil },
      onProgress: @escaping (String) -> Void = { _ in }
    ) {
      self.makeDecider = makeDecider
      self.stopReason = stopReason
      self.remainingSeconds = remainingSeconds
      self.onProgress = onProgress
    }
  }

  /// The nodes of queries about single units of the two networks.
  static let unitNodeLimit = 200
  /// The share of the time that the analyses of the two networks may take.
  static let unitTimeShare = 0.4

  private let first: Model
  private let second: Model
  private let domain: InputDomain
  private let options: DifferenceOptions
  private let samples: [[Double]]
  private let environment: Environment
  private let member: [Double]?

  /// Prepares an analysis.
  ///
  /// - Precondition: Both networks have the same numbers of inputs and outputs.
  /// - Throws: `AnalysisError` if the domain does not fit or is empty.
  public init(
    first: Model, second: Model, domain: InputDomain, options: DifferenceOptions,
    samples: [[Double]] = [], environment: Environment
  ) throws(AnalysisError) {
    guard domain.inputCount == first.network.inputCount else {
      throw .inputCountMismatch(domain: domain.inputCount, network: first.network.inputCount)
    }
    self.first = first
    self.second = second
    self.domain = domain
    self.options = options
    self.samples = samples
    self.environment = environment
    member =
      domain.isBox
      ? nil
      : try MemberSearch(domain: domain, type: first.network.scalarType).find()
        .map(\.approximation)
    BatchMatrix.useOneThread()
  }

  /// Runs the analysis to its end or to a limit.
  public func run() throws -> DifferenceResult {
    var bracket = DifferenceBracket(
      first: ExactNetwork(first.network), second: ExactNetwork(second.network), domain: domain,
      options: options)
    let plain = ProductNetwork(first.network, second.network)
    var search = try DifferenceSearch(
      plain, domain: domain, member: member, first: nil, second: nil)
    bracket.enter(search.state)
    let isEqual = bracket.isZero
    if isEqual { bracket.source = .structure }
    if isEqual && !options.asksFloatNoise {
      bracket.confirm(search.sampler.member.map { Dyadic($0) })
      return bracket.result(argmax: options.asksArgmax ? .holds : nil, limit: nil)
    }
    let start = environment.remainingSeconds()
    let all = options.search.engines
    let easy = all.intersection([.samples, .bounds])
    search = try compare(&bracket, engines: easy, start)
    if all != easy && !bracket.isSettled && environment.stopReason() == nil {
      search = try compare(&bracket, engines: all, start)
    }
    if !bracket.isSettled {
      try search.branch(&bracket, options: options, environment: environment)
    }
    return try answer(bracket, search)
  }

  /// Analyses the units of both networks, then bounds the difference without branching.
  private func compare(
    _ bracket: inout DifferenceBracket, engines: Set<Engine>, _ start: Double?
  ) throws -> DifferenceSearch {
    environment.onProgress("units of both networks")
    let ours = try analyze(first, engines, start)
    let theirs = try analyze(second, engines, start)
    bracket.enterNoise(
      FloatEvaluationBound(ours, plainLayerCount: first.plainLayerCount),
      FloatEvaluationBound(theirs, plainLayerCount: second.plainLayerCount))
    let product = ProductNetwork(
      first.network, second.network, firstIntervals: ours.intervals,
      secondIntervals: theirs.intervals)
    var search = try DifferenceSearch(
      product, domain: domain, member: member, first: ours.intervals, second: theirs.intervals)
    environment.onProgress("bounds of the difference")
    search.bound(&bracket, options: options, samples: samples, environment: environment)
    return search
  }

  private func answer(
    _ bracket: DifferenceBracket, _ search: DifferenceSearch
  ) throws -> DifferenceResult {
    guard options.asksArgmax else {
      return bracket.result(argmax: nil, limit: environment.stopReason())
    }
    if bracket.isZero {
      return bracket.result(argmax: .holds, limit: environment.stopReason())
    }
    environment.onProgress("classes")
    let question = ArgmaxQuestion(
      first: first.network, second: second.network, search: search, options: options.search,
      environment: environment)
    let found = try question.ask(samples: samples)
    return bracket.result(
      argmax: found.answer, disagreement: found.disagreement, limit: environment.stopReason())
  }

  /// The proved intervals of one network.
  private func analyze(
    _ model: Model, _ engines: Set<Engine>, _ start: Double?
  ) throws -> ProofState {
    var options = options.search
    options.engines = engines
    options.nodeLimit = min(options.nodeLimit, Self.unitNodeLimit)
    let environment = environment
    var analysis = try StabilityAnalysis(
      network: model.network, domain: domain, options: options,
      decider: try environment.makeDecider(model.network), samples: samples,
      plainLayerCount: model.plainLayerCount,
      stopReason: {
        if let reason = environment.stopReason() { return reason }
        guard let start, let left = environment.remainingSeconds() else { return nil }
        return left < (1 - Self.unitTimeShare) * start ? .seconds : nil
      })
    return analysis.run().proved
  }
}
