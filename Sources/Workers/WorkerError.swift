/// Why no worker could be started.
public enum WorkerError: Error, Hashable, Sendable {
  /// A call of the system failed; `code` is its `errno`.
  case systemCall(String, code: Int32, executable: String)
}

extension WorkerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .systemCall(let name, let code, let executable):
      "cannot start \(executable): \(name) failed with error \(code)"
    }
  }
}
