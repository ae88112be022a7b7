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

  func answer(
    _ queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool,
    take: (Int, UnitAnswer) -> Void
  ) {
    var answers = AnswersInOrder(count: queries.count)
    var open = Array(queries.indices)
    var losses: [Int: Limit] = [:]
    for ask in 1...Self.mostAsks where !open.isEmpty && !shouldStop() {
      self.ask(open, of: queries, state, shouldStop) { i, reply in
        switch reply {
        case .answer(let answer): answers.enter(answer, to: i, take)
        // Whoever stops the run may have ended the workers with it.
        case .lost where shouldStop(): break
        case .lost(let reason, let limit):
          losses[i] = limit
          onLoss(queries[i], reason, ask < Self.mostAsks ? .askedAgain : .givenUp)
        }
      }
      open = open.filter { !answers.isKnown($0) }
    }
    for i in open { answers.enter(nothing(losses[i] ?? .caller), to: i, take) }
  }

  /// What became of a query.
  private enum Reply {
    case answer(UnitAnswer)
    case lost(reason: String, Limit)
  }

  /// Hands out the queries at some indices; `take` gets each index with what became of the query,
  /// unless the run is stopped before that.
  private func ask(
    _ indices: [Int], of queries: [UnitQuery], _ state: ProofState, _ shouldStop: () -> Bool,
    take: (Int, Reply) -> Void
  ) {
    let seconds = queries.compactMap(\.seconds).max().map { $0 + Self.graceSeconds }
    var open = Set(indices)
    var mustRetire = false
    do throws(WorkerError) {
      try pool.run(
        indices.map { UnitMessage.encode(queries[$0], state: state) }, secondsPerRequest: seconds,
        shouldStop: shouldStop
      ) { number, answer in
        let reply = read(answer)
        // A worker that talks nonsense.
        if case .answer = answer, case .lost = reply { mustRetire = true }
        open.remove(indices[number])
        take(indices[number], reply)
      }
    } catch {
      for i in open.sorted() {
        take(i, .lost(reason: "no worker can be started: \(error)", .workers))
      }
    }
    if mustRetire { pool.retireWorkers() }
  }

  private func read(_ answer: WorkerAnswer) -> Reply {
    switch answer {
    case .answer(let bytes):
      if let answer = UnitMessage.readAnswer(bytes) { return .answer(answer) }
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

/// Passes answers on in the order of their queries.
private struct AnswersInOrder {
  private var answers: [UnitAnswer?]
  private var next = 0

  init(count: Int) { answers = Array(repeating: nil, count: count) }

  func isKnown(_ i: Int) -> Bool { i < next || answers[i] != nil }

  /// Keeps the answer to query `i`; `take` gets what is next in order.
  mutating func enter(_ answer: UnitAnswer, to i: Int, _ take: (Int, UnitAnswer) -> Void) {
    answers[i] = answer
    while next < answers.count, let known = answers[next] {
      answers[next] = nil
      take(next, known)
      next += 1
    }
  }
}
