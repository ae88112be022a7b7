/// What came of waiting for a message of one worker.
public enum WorkerReply: Hashable, Sendable {
  /// A message.
  case bytes([UInt8])
  /// Nothing came in time; the worker still runs.
  case timedOut
  /// The worker is gone.
  case died(WorkerDeath)
}
