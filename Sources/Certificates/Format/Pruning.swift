public import ExactArithmetic
public import NeuralNetwork

/// One change of the working network, in terms of the network that was read.
///
/// - Source: `docs/certificate-format.md`, section 9.
public enum Rewrite: Hashable, Sendable {
  /// R1: deletes a stably inactive unit.
  case removeInactive(UnitID)
  /// R2: folds a unit with one value into the next biases.
  case foldConstant(UnitID)
  /// R3: deletes a unit that nothing reads.
  case removeUnread(UnitID)
  /// R6: folds a layer without unstable units into the next.
  case foldLayer(Int)
  /// R7: replaces a network with a layer without units by its one value.
  case makeConstant(Int)

  /// The name of the rule in the file.
  public var rule: String {
    switch self {
    case .removeInactive: "remove-inactive"
    case .foldConstant: "fold-constant"
    case .removeUnread: "remove-unread"
    case .foldLayer: "fold-layer"
    case .makeConstant: "make-constant"
    }
  }
}

/// What was removed and what came out.
public struct Pruning: Hashable, Sendable {
  /// A layer that is left, with the units that it still has.
  public struct KeptLayer: Hashable, Sendable {
    /// The index of the layer in the network that was read.
    public let layer: Int
    /// The rows that are left, ascending.
    public let units: [Int]

    /// A kept layer.
    public init(layer: Int, units: [Int]) {
      self.layer = layer
      self.units = units
    }
  }

  /// The rewrites in the order in which they are applied.
  public let rewrites: [Rewrite]
  /// What is left, in order.
  public let kept: [KeptLayer]
  /// A bound per output on the difference that rounding to the stored type makes.
  public let difference: [Dyadic]
  /// The file that was written.
  public let file: FileDigest
  /// The network digest of what was written.
  public let networkDigest: String

  /// A pruning from its parts.
  public init(
    rewrites: [Rewrite], kept: [KeptLayer], difference: [Dyadic], file: FileDigest,
    networkDigest: String
  ) {
    self.rewrites = rewrites
    self.kept = kept
    self.difference = difference
    self.file = file
    self.networkDigest = networkDigest
  }
}
