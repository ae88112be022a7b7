public import NeuralNetwork

/// An input domain that was read from a file.
public struct ResolvedDomain: Sendable {
  /// The domain.
  public let domain: InputDomain
  /// The file that was read.
  public let file: FileDigest
  /// Assertions of a property file about outputs alone, which do not bear on the domain.
  public let outputAssertionCount: Int
  /// What a user must know about how the file was read.
  public let notes: [String]
}
