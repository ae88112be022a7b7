internal import Certificates
internal import Espalier
internal import MILP
internal import Workers

/// Asks worker processes; a query whose worker dies, hangs or talks nonsense is asked again.
struct WorkerDecider: UnitDecider {
  /// What became of a query that a worker did not answer.
  enum Loss {
    /// It goes to another worker.
    case askedAgain
    /// It was asked too often already.
    case givenUp
  }

  /// How much longer than a query's own time a worker may take before it is killed.
  static let graceSeconds = 1.0
  /// How often a query is handed out at most.
  static let mostAsks = 3

  private let pool: WorkerPool
  private let onLoss: (UnitQuery, String, Loss) -> Void
  private let onRefusal: () -> Void

  /// A decider with `count` workers of the given executable.
  ///
  /// - Parameters:
  ///   - setup: The `UnitMessage.setup` of the run.
  ///   - onLoss: Told of every query that a worker did not answer, and why.
  ///   - onRefusal: Told when an answer did not hold.
  init(
    count: Int, executable: String, setup: [UInt8],
    onLoss: @escaping (UnitQuery, String, Loss) -> Void, onRefusal: @escaping () -> Void
  ) {
    pool = WorkerPool(
      WorkerCommand(executable: executable, arguments: ["worker"]), count: count,
      initialMessage: setup)
    self.onLoss = onLoss
    self.onRefusal = onRefusal
  }

  func startAfresh() -> Bool {
    onRefusal()
    pool.retireWorkers()
    return true
  }

  func answers(
    to queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool
  ) -> [UnitAnswer] {
    var answers = queries.map { _ in nothing(.caller) }
    var open = Array(queries.indices)
    for ask in 1...Self.mostAsks where !open.isEmpty && !shouldStop() {
      var lost: [Int] = []
      for (i, result) in zip(open, replies(open.map { queries[$0] }, state, shouldStop)) {
        switch result {
        case .answer(let answer): answers[i] = answer
        // Whoever stops the run may have ended the workers with it.
        case .lost where shouldStop(): break
        case .lost(let reason, let limit):
          lost.append(i)
          answers[i] = nothing(limit)
          onLoss(queries[i], reason, ask < Self.mostAsks ? .askedAgain : .givenUp)
        }
      }
      open = lost
    }
    return answers
  }

  /// What became of a query.
  private enum Reply {
    case answer(UnitAnswer)
    case lost(reason: String, Limit)
  }

  private func replies(
    _ queries: [UnitQuery], _ state: ProofState, _ shouldStop: () -> Bool
  ) -> [Reply] {
    let seconds = queries.compactMap(\.seconds).max().map { $0 + Self.graceSeconds }
    do throws(WorkerError) {
      return try pool.run(
        queries.map { UnitMessage.encode($0, state: state) }, secondsPerRequest: seconds,
        shouldStop: shouldStop
      ).map(read)
    } catch {
      return queries.map { _ in .lost(reason: "no worker can be started: \(error)", .workers) }
    }
  }

  private func read(_ answer: WorkerAnswer) -> Reply {
    switch answer {
    case .answer(let bytes):
      if let answer = UnitMessage.readAnswer(bytes) { return .answer(answer) }
      pool.retireWorkers()
      return .lost(reason: "the worker sent something that is no answer", .workers)
    case .died(let death): return .lost(reason: "\(death)", .workers)
    case .timedOut: return .lost(reason: "the worker did not answer in time", .seconds)
    case .cancelled: return .answer(nothing(.caller))
    }
  }

  private func nothing(_ limit: Limit) -> UnitAnswer {
    UnitAnswer(finding: .nothing(limit), engine: nil, points: [])
  }
}
