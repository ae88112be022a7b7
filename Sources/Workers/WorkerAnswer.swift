/// What came of one request to a pool.
public enum WorkerAnswer: Hashable, Sendable {
  /// The answer of a worker; nobody has checked it yet.
  case answer([UInt8])
  /// The worker died over this request.
  case died(WorkerDeath)
  /// The time for this request was up; its worker was killed.
  case timedOut
  /// The caller stopped the run before there was an answer.
  case cancelled
}
