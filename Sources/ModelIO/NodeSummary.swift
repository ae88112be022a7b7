/// A node of a graph, for printing.
public struct NodeSummary: Hashable, Sendable {
  /// Its name, printable; its first output if it has no name.
  public let name: String
  /// Its operator, printable.
  public let op: String
}
