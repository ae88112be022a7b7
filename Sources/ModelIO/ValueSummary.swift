/// An input or output of a graph, for printing.
public struct ValueSummary: Hashable, Sendable {
  /// Its name, printable.
  public let name: String
  /// Its dimensions: numbers, symbols, or `?`.
  public let shape: [String]
  /// The type of its numbers, such as `float32`.
  public let elementType: String
}
