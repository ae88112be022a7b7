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
  static let roundSize = 24
  /// How often a question is asked at most whose answers do not hold.
  static let mostAsks = 3
  /// The most inputs that may vary for all corners of the box to be tried.
  static let mostCornerInputs = 10
  /// Gradient steps before and after linear bounds.
  static let climbSteps = (first: 12, second: 40)

  let options: AnalysisOptions
  let decider: any UnitDecider
  let onProgress: (AnalysisProgress) -> Void
  let onBoxes: ((BoxProof) -> Void)?
  let onStep: ((Step) -> Void)?
  let concurrency: Concurrency
  let secondsLeft: () -> Double?
  let stopReason: () -> Limit?

  let network: Network
  let sampler: DomainSampler
  var state: ProofState
  var pool: SamplePool
  var book: WitnessBook
  var boxes: BoxProof?
  var steps: [Step] = []
  var stepCount = 0
  var ledger = SettlementLedger()
  var unitLimits: [UnitID: Limit] = [:]
  let member: [Double]?
  /// The seconds that are left to later layers; nil without a limit.
  private(set) var reservedSeconds: Double?
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
  ///   - concurrency: How boxes, leaves and the bounds of a layer are evaluated; results do not
  ///     depend on it.
  ///   - secondsLeft: The seconds until a limit ends the search; nil for none. No layer takes more
  ///     than its share of them.
  ///   - stopReason: Asked again and again; a limit ends the search with what is proved so far.
  /// - Throws: `AnalysisError` if the domain does not fit or is empty.
  public init(
    network: Network, domain: InputDomain, options: AnalysisOptions, decider: any UnitDecider,
    samples: [[Double]] = [], plainLayerCount: Int? = nil,
    onProgress: @escaping (AnalysisProgress) -> Void = { _ in },
    onBoxes: ((BoxProof) -> Void)? = nil, onStep: ((Step) -> Void)? = nil,
    concurrency: Concurrency = .serial, secondsLeft: @escaping () -> Double? = { nil },
    stopReason: @escaping () -> Limit? = { nil }
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
    self.secondsLeft = secondsLeft
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
      options: options, boxes: boxes,
      floatBound: FloatEvaluationBound(state, plainLayerCount: plainLayerCount)
    ).verdicts
    return StabilityResult(
      proved: state, boxes: boxes, steps: steps, stepCount: stepCount, verdicts: verdicts,
      points: book.points,
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
      + sampler.corners(ofAtMost: Self.mostCornerInputs)
    pool.add(BatchMatrix(rows: inputs, columnCount: network.inputCount))
  }

  // MARK: One layer

  private mutating func decideLayer(_ k: Int) {
    let hasReluUnits = network.layers[k].activations.contains(.relu)
    reserveSeconds(layer: k)
    if hasReluUnits {
      settle(
        layer: k, stable: Self.firstStage(layer: k, boxes: boxes), unstable: "samples")
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
    if usesSlopes && k > 0 && hasReluUnits {
      optimizeOpenUnits(layer: k)
      settle("slopes", layer: k)
    }
    if options.engines.contains(.bounds) && k > 0 && mayBeOpen(above: k) {
      tightenUnstableUnits(layer: k)
    }
    if hasReluUnits {
      if options.engines.contains(.samples) { climb(layer: k, steps: Self.climbSteps.second) }
      askDecider(layer: k)
    }
  }

  /// Leaves their share of the time to later layers.
  private mutating func reserveSeconds(layer k: Int) {
    let count = network.layers[k...].count { $0.activations.contains(.relu) }
    reservedSeconds = secondsLeft().map { $0 - $0 / Double(max(1, count)) }
  }

  /// What ends the work on this layer, if anything does.
  var limit: () -> Limit? {
    { [stopReason, secondsLeft, reservedSeconds] in
      if let reason = stopReason() { return reason }
      guard let left = secondsLeft(), let reservedSeconds else { return nil }
      return left < reservedSeconds ? .seconds : nil
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
}
