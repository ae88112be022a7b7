public import Certificates
internal import ExactArithmetic
public import MILP
internal import NeuralNetwork

/// Answers unit queries with the engines at hand.
public struct UnitSearch: UnitDecider {
  /// The nodes of the first try of the proof tree, before other engines get their turn.
  static let firstTreeNodes = 100
  /// The nodes of a mixed-integer query.
  static let milpNodes = 2000
  /// The most suggested inputs of an answer; the last ones are kept.
  static let maximumPointCount = 16

  private let lpEngine: any LPEngine
  private let milpSolver: any MILPSolver
  private let concurrency: Concurrency

  /// A search over the given solvers.
  ///
  /// - Parameter concurrency: How the nodes of trees of linear bounds are worked on; answers do not
  ///   depend on it.
  public init(
    lpEngine: any LPEngine, milpSolver: any MILPSolver, concurrency: Concurrency = .serial
  ) {
    self.lpEngine = lpEngine
    self.milpSolver = milpSolver
    self.concurrency = BLASKernel.concurrency(concurrency)
    // Worker processes search without an analysis around them.
    BatchMatrix.useOneThread()
  }

  public func answer(
    _ queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool,
    take: (Int, UnitAnswer) -> Void
  ) {
    for (i, query) in queries.enumerated() {
      take(i, answer(to: query, state: state, shouldStop: shouldStop))
    }
  }

  /// The same search of the same question ends the same way.
  public func startAfresh() -> Bool { false }

  /// Answers one query with the engines that it names: a tree of linear bounds, a tree of linear
  /// programs, the MILP for a witness, a larger tree, and exact programming where floats are no use.
  public func answer(
    to query: UnitQuery, state: ProofState, shouldStop: () -> Bool
  ) -> UnitAnswer {
    var run = Run(
      query: query, state: state, lpEngine: lpEngine, milpSolver: milpSolver,
      concurrency: concurrency,
      session: query.engines.contains(.tree)
        ? Self.freshSession(lpEngine, layer: query.unit.layer, state: state) : nil)
    switch query.goal {
    case .decide: break
    case .tighten:
      let finding = run.tighten()
      return UnitAnswer(finding: finding, engine: .tree, points: run.points)
    case .maximize:
      let finding = run.maximize(shouldStop: shouldStop)
      return UnitAnswer(finding: finding, engine: .tree, points: run.points)
    }
    var last = Finding.nothing(.caller)
    for attempt in Attempt.allCases where query.engines.contains(attempt.engine) {
      let finding = run.make(attempt, shouldStop: shouldStop)
      if case .witness(let point) = finding, !run.isWitness(point) {
        // Floats claimed more than is true: the next engine has its turn.
        last = .nothing(.caller)
        continue
      }
      guard case .nothing = finding else {
        return UnitAnswer(finding: finding, engine: attempt.engine, points: run.points)
      }
      last = finding
      if shouldStop() { break }
    }
    return UnitAnswer(
      finding: last, engine: nil, points: run.points, neededNodes: run.neededNodes)
  }

  /// A session of its own for each query, so that no answer depends on what was asked before.
  private static func freshSession(
    _ engine: any LPEngine, layer: Int, state: ProofState
  ) -> RelaxationSession? {
    RelaxationSession(
      TriangleRelaxation(
        network: state.network.network, domain: state.domain, intervals: FloatIntervals(state),
        layer: layer),
      engine: engine)
  }

  /// The turns that engines get, in order.
  private enum Attempt: CaseIterable {
    case slopes, firstTree, milp, largeTree, exact

    var engine: Engine {
      switch self {
      case .slopes: .slopes
      case .firstTree, .largeTree: .tree
      case .milp: .cbc
      case .exact: .exact
      }
    }
  }

  /// One query while it is worked on.
  private struct Run {
    let query: UnitQuery
    let state: ProofState
    let lpEngine: any LPEngine
    let milpSolver: any MILPSolver
    let concurrency: Concurrency
    let session: RelaxationSession?
    var points: [[Double]] = []
    var isTreeHopeless = false
    var neededNodes: Double?
    let sampler: DomainSampler

    init(
      query: UnitQuery, state: ProofState, lpEngine: any LPEngine, milpSolver: any MILPSolver,
      concurrency: Concurrency, session: RelaxationSession?
    ) {
      self.query = query
      self.state = state
      self.lpEngine = lpEngine
      self.milpSolver = milpSolver
      self.concurrency = concurrency
      self.session = session
      sampler = DomainSampler(
        domain: state.domain, type: state.network.network.scalarType, member: query.member)
    }

    private var prover: BranchingProver {
      BranchingProver(state: state, target: query.unit, side: query.side, sampler: sampler)
    }

    mutating func tighten() -> Finding {
      guard let session else { return .nothing(.caller) }
      var suggested: [[Double]] = []
      let finding = prover.lemma(session: session, onPoint: { suggested.append($0) })
      keep(suggested)
      return finding
    }

    /// On large networks a program takes as long as thousands of backward bounds.
    private var usesPrograms: Bool {
      state.network.network.parameterCount <= StabilityAnalysis.relaxableParameterCount
    }

    /// The relaxation's tree for the bound; then the MILP, for inputs that come nearer to it.
    mutating func maximize(shouldStop: () -> Bool) -> Finding {
      var best = Suggestions()
      var finding = Finding.nothing(.caller)
      if let session {
        finding = MaximizingProver(
          state: state, target: query.unit, side: query.side, sampler: sampler,
          floor: query.floor, usesPrograms: usesPrograms
        ).search(
          nodeLimit: query.nodeLimit, session: session, onPoint: { best.take($0, value: $1) },
          shouldStop: shouldStop)
      }
      if query.engines.contains(.cbc) && !shouldStop() {
        let start = max(best.largest, query.floor?.approximation ?? 0)
        _ = MILPSearch(
          state: state, target: query.unit, side: query.side, sampler: sampler, start: start,
          endsAtFirst: false
        ).search(
          nodeLimit: min(query.nodeLimit, UnitSearch.milpNodes),
          seconds: query.seconds.map { $0 / 4 }, solver: milpSolver,
          onPoint: { best.take($0, value: .infinity) }, shouldStop: shouldStop)
      }
      points = best.points
      return finding
    }

    /// Where a unit of the first layer is largest on a box: there is nothing to relax.
    private var bestCorner: [Dyadic] {
      let weights = state.network.network.layers[0].weights.row(query.unit.index)
      return sampler.corner(maximizing: weights.map { query.side.factor * $0 })
        .map { Dyadic($0) }
    }

    /// True if the point lies in the domain and shows the sign, exactly.
    func isWitness(_ point: [Dyadic]) -> Bool {
      state.domain.violation(at: point) == nil
        && state.network.signs(at: point)[query.unit.layer][query.unit.index]
          == query.side.sign.signum
    }

    mutating func make(_ attempt: Attempt, shouldStop: () -> Bool) -> Finding {
      switch attempt {
      case .slopes: growSlopes(shouldStop: shouldStop)
      case .firstTree:
        growTree(
          nodeLimit: min(query.nodeLimit, UnitSearch.firstTreeNodes), shouldStop: shouldStop)
      case .milp: solveMILP(shouldStop: shouldStop)
      case .largeTree: growTree(nodeLimit: query.nodeLimit, shouldStop: shouldStop)
      case .exact: solveExactly(shouldStop: shouldStop)
      }
    }

    private mutating func growSlopes(shouldStop: () -> Bool) -> Finding {
      if query.unit.layer == 0 && state.domain.isBox { return .witness(bestCorner) }
      var suggested: [[Double]] = []
      let answer = SlopeProver(
        state: state, target: query.unit, side: query.side, sampler: sampler,
        concurrency: concurrency, program: branchProgram
      ).search(
        nodeLimit: query.nodeLimit, onPoint: { suggested.append($0) }, shouldStop: shouldStop)
      keep(suggested)
      if case .nothing(.nodes) = answer.finding { neededNodes = answer.counts.neededNodes }
      return answer.finding
    }

    /// The program of a branch in which nothing is left to split, loaded when it is needed first.
    private var branchProgram: ([UnitID: Phase]) -> BranchingProver.Visit {
      var session: RelaxationSession?
      var tries =
        ExactRelaxation.isSolvable(state: state, layer: query.unit.layer)
        ? BranchingProver.exactTries : -1
      return { phases in
        if session == nil {
          session = UnitSearch.freshSession(lpEngine, layer: query.unit.layer, state: state)
          session?.aim(at: query.unit, query.side)
        }
        guard let session else { return .stuck }
        return prover.visit(phases, session: session, exactTries: &tries, onPoint: { _ in })
      }
    }

    private mutating func growTree(nodeLimit: Int, shouldStop: () -> Bool) -> Finding {
      if query.unit.layer == 0 && state.domain.isBox { return .witness(bestCorner) }
      guard !isTreeHopeless, let session else { return .nothing(.caller) }
      var suggested: [[Double]] = []
      let finding = prover.search(
        nodeLimit: nodeLimit, session: session, onPoint: { suggested.append($0) },
        shouldStop: shouldStop)
      keep(suggested)
      // Only more nodes could change the answer.
      if case .nothing(let limit) = finding, limit != .nodes { isTreeHopeless = true }
      if nodeLimit >= query.nodeLimit { isTreeHopeless = true }
      return finding
    }

    private mutating func solveMILP(shouldStop: () -> Bool) -> Finding {
      let search = MILPSearch(
        state: state, target: query.unit, side: query.side, sampler: sampler)
      var suggested: [[Double]] = []
      let answer = search.search(
        nodeLimit: min(query.nodeLimit, UnitSearch.milpNodes), seconds: query.seconds,
        solver: milpSolver, onPoint: { suggested.append($0) }, shouldStop: shouldStop)
      keep(suggested)
      switch answer {
      case .candidate(let input): return .witness(input.map { Dyadic($0) })
      case .claimedNone, .nothing: return .nothing(.nodes)
      }
    }

    private func solveExactly(shouldStop: () -> Bool) -> Finding {
      guard ExactRelaxation.isSolvable(state: state, layer: query.unit.layer) else {
        return .nothing(.caller)
      }
      return ExactProver(
        state: state, target: query.unit, side: query.side, member: sampler.member
      ).search(nodeLimit: query.nodeLimit, shouldStop: shouldStop)
    }

    private mutating func keep(_ suggested: [[Double]]) {
      points = Array((points + suggested).suffix(UnitSearch.maximumPointCount))
    }
  }
}
