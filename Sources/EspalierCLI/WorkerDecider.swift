internal import Certificates
internal import Espalier
internal import MILP
internal import Workers

/// Asks worker processes; a worker that dies, hangs or talks nonsense costs its query, no more.
struct WorkerDecider: UnitDecider {
  /// How much longer than a query's own time a worker may take before it is killed.
  static let graceSeconds = 1.0

  private let pool: WorkerPool
  private let onLoss: (UnitQuery, String) -> Void

  /// A decider with `count` workers of the given executable.
  ///
  /// - Parameters:
  ///   - setup: The `UnitMessage.setup` of the run.
  ///   - onLoss: Told of every query that a worker did not answer, and why.
  init(
    count: Int, executable: String, setup: [UInt8],
    onLoss: @escaping (UnitQuery, String) -> Void
  ) {
    pool = WorkerPool(
      WorkerCommand(executable: executable, arguments: ["worker"]), count: count,
      initialMessage: setup)
    self.onLoss = onLoss
  }

  func answers(
    to queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool
  ) -> [UnitAnswer] {
    let seconds = queries.compactMap(\.seconds).max()
    do throws(WorkerError) {
      let replies = try pool.run(
        queries.map { UnitMessage.encode($0, state: state) },
        secondsPerRequest: seconds.map { $0 + Self.graceSeconds }, shouldStop: shouldStop)
      return zip(queries, replies).map(answer)
    } catch {
      queries.forEach { onLoss($0, "no worker can be started: \(error)") }
      return queries.map { _ in nothing(.caller) }
    }
  }

  private func answer(_ query: UnitQuery, _ reply: WorkerAnswer) -> UnitAnswer {
    switch reply {
    case .answer(let bytes):
      if let answer = UnitMessage.readAnswer(bytes) { return answer }
      onLoss(query, "the worker sent something that is no answer")
      return nothing(.caller)
    case .died(let death):
      onLoss(query, "\(death)")
      return nothing(.caller)
    case .timedOut, .cancelled: return nothing(.seconds)
    }
  }

  private func nothing(_ limit: Limit) -> UnitAnswer {
    UnitAnswer(finding: .nothing(limit), engine: nil, points: [])
  }
}
