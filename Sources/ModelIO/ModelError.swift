/// Why a file cannot be read or written: one line that names the file and the place in it.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  public let file: String
  /// What is wrong.
  public let fault: ModelFault

  /// An error about a file.
  public init(file: String, fault: ModelFault) {
    self.file = file
    self.fault = fault
  }

  /// True if the file system refused, rather than the content.
  public var isInputOutputError: Bool {
    if case .unreadable = fault { return true }
    return false
  }

  public var description: String { "\(PrintableName.sentence(file)): \(fault)" }
}
