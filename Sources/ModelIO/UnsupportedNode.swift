/// A node of a graph that cannot be read, with the reason.
public struct UnsupportedNode: Hashable, Sendable, CustomStringConvertible {
  /// The name of the node, printable; its first output if it has no name.
  public let name: String
  /// Its operator, printable.
  public let op: String
  /// Why it cannot be read.
  public let reason: String

  public var description: String { "\(name) (\(op): \(reason))" }
}
