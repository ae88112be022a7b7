/// How a worker process ended.
public enum WorkerDeath: Hashable, Sendable {
  /// It ended by itself with this status.
  case exited(status: Int32)
  /// A signal ended it.
  case signalled(Int32)
  /// It announced a message that is too long, and was killed.
  case brokeProtocol(announcedByteCount: Int)
}

extension WorkerDeath: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exited(let status): "the worker ended with status \(status)"
    case .signalled(let signal): "signal \(signal) ended the worker"
    case .brokeProtocol(let count): "the worker announced a message of \(count) bytes"
    }
  }
}
