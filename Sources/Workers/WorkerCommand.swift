/// What a worker process runs.
public struct WorkerCommand: Hashable, Sendable {
  /// The path of the executable; the search path is not used.
  public let executable: String
  /// The arguments after the executable's name.
  public let arguments: [String]

  /// A command.
  public init(executable: String, arguments: [String] = []) {
    self.executable = executable
    self.arguments = arguments
  }
}
