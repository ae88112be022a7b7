internal import Glibc

/// A few worker processes that answer requests, one at a time each.
///
/// A worker that dies or hangs costs the request it had and is replaced. Workers live as long as
/// the pool. Workers without a request leave their jobs to the others (`SpareJobs`). Not for use
/// from several threads at a time.
public final class WorkerPool {
  /// How long the pool sleeps at most before it asks again whether to stop.
  private static let longestSleep: Int32 = 50

  private struct Assignment {
    let request: Int
    let deadline: Deadline
  }

  private let command: WorkerCommand
  private let initialMessage: [UInt8]?
  private var workers: [WorkerProcess?]
  private let spareJobs = SpareJobsPipe()

  /// A pool whose workers start when they are needed.
  ///
  /// - Parameters:
  ///   - command: What each worker runs.
  ///   - count: The number of workers, positive.
  ///   - initialMessage: Sent to each worker once after its start; it must not answer it.
  public init(_ command: WorkerCommand, count: Int, initialMessage: [UInt8]? = nil) {
    precondition(count > 0, "a pool of \(count) workers answers nothing")
    self.command = command
    self.initialMessage = initialMessage
    workers = [WorkerProcess?](repeating: nil, count: count)
  }

  /// Has all requests answered.
  ///
  /// - Parameters:
  ///   - requests: The messages, handed out in this order.
  ///   - secondsPerRequest: Counted from the moment a worker gets the request; nil for no limit.
  ///   - shouldStop: Asked at least every 50 ms; true cancels what has no answer yet.
  ///   - onAnswer: Called with the index and the answer of each request, in order of arrival; not
  ///     for what is cancelled. Workers go on meanwhile, if there are several.
  /// - Returns: One answer per request, in the order of the requests.
  /// - Throws: `WorkerError` if a worker cannot be started.
  @discardableResult
  public func run(
    _ requests: [[UInt8]], secondsPerRequest: Double? = nil,
    shouldStop: () -> Bool = { false }, onAnswer: (Int, WorkerAnswer) -> Void = { _, _ in }
  ) throws(WorkerError) -> [WorkerAnswer] {
    var answers = [WorkerAnswer](repeating: .cancelled, count: requests.count)
    var assignments = [Assignment?](repeating: nil, count: workers.count)
    defer { drop(assignments) }
    var nextRequest = 0
    var arrived: [Int] = []
    func report() {
      for i in arrived { onAnswer(i, answers[i]) }
      arrived = []
    }
    spareJobs.jobs?.withdraw()
    var sharedCount = 0
    while !shouldStop() {
      // One worker is one job: it waits while its answer is looked at.
      if workers.count == 1 { report() }
      for slot in workers.indices where assignments[slot] == nil && nextRequest < requests.count {
        try idleWorker(slot).send(requests[nextRequest])
        let deadline = Deadline(secondsFromNow: secondsPerRequest)
        assignments[slot] = Assignment(request: nextRequest, deadline: deadline)
        nextRequest += 1
      }
      // Once a worker finds no request any more, none finds one again in this run.
      while sharedCount < assignments.count(where: { $0 == nil }) {
        spareJobs.jobs?.give()
        sharedCount += 1
      }
      report()
      guard assignments.contains(where: { $0 != nil }) else { break }
      wait(for: assignments)
      for slot in workers.indices {
        guard let assignment = assignments[slot],
          let answer = collect(slot, assignment.deadline)
        else { continue }
        assignments[slot] = nil
        answers[assignment.request] = answer
        arrived.append(assignment.request)
      }
    }
    // Whoever stops the run still gets what came before.
    report()
    return answers
  }

  /// Ends all workers; the next requests go to new ones.
  public func retireWorkers() {
    for slot in workers.indices { workers[slot] = nil }
  }

  /// The worker of a slot, started or replaced if need be.
  private func idleWorker(_ slot: Int) throws(WorkerError) -> WorkerProcess {
    if let worker = workers[slot], worker.isIdle { return worker }
    let worker = try WorkerProcess(command, spareJobs: spareJobs.jobs)
    if let initialMessage { worker.send(initialMessage) }
    workers[slot] = worker
    return worker
  }

  private func wait(for assignments: [Assignment?]) {
    var sleep = Self.longestSleep
    var requests: [pollfd] = []
    for (worker, assignment) in zip(workers, assignments) {
      guard let worker, let assignment else { continue }
      requests.append(worker.pollRequest)
      sleep = assignment.deadline.milliseconds(atMost: sleep)
    }
    // Whatever woke us, all busy workers are looked at afterwards.
    _ = poll(&requests, nfds_t(requests.count), sleep)
  }

  /// What has come of the request of a slot, or nil as long as nothing has.
  private func collect(_ slot: Int, _ deadline: Deadline) -> WorkerAnswer? {
    switch workers[slot]?.availableReply() {
    case .bytes(let bytes): return .answer(bytes)
    case .died(let death):
      workers[slot] = nil
      return .died(death)
    case .timedOut, nil:
      guard deadline.isPast else { return nil }
      workers[slot] = nil
      return .timedOut
    }
  }

  /// Ends the workers that still search for an answer that nobody wants any more.
  private func drop(_ assignments: [Assignment?]) {
    for slot in workers.indices where assignments[slot] != nil { workers[slot] = nil }
  }
}
