public import ExactArithmetic
public import NeuralNetwork

/// What was removed and what came out.
public struct Pruning: Hashable, Sendable {
  /// A layer that is left, with the units that it has.
  public struct KeptLayer: Hashable, Sendable {
    /// The index of the layer in the network that was read.
    public let layer: Int
    /// The numbers of the units that are left, ascending.
    public let units: [Int]

    /// A kept layer.
    public init(layer: Int, units: [Int]) {
      self.layer = layer
      self.units = units
    }
  }

  /// One class that both networks answer on the whole domain.
  public struct Argmax: Hashable, Sendable {
    /// The output that is larger than all others.
    public let outputClass: Int
    /// For each other output, in order, the multipliers that bound its lead over the class.
    public let leaves: [Leaf]

    /// A claim from its parts.
    public init(outputClass: Int, leaves: [Leaf]) {
      self.outputClass = outputClass
      self.leaves = leaves
    }
  }

  /// The rewrites in the order in which they are applied.
  public let rewrites: [Rewrite]
  /// What is left, in order.
  public let kept: [KeptLayer]
  /// A bound per output on the difference between the two networks over the reals.
  public let difference: [Dyadic]
  /// The same for runtimes that round; nil if nothing is claimed.
  public let floatDifference: [Dyadic]?
  /// The class that both networks answer everywhere, if that is claimed.
  public let argmax: Argmax?
  /// The file that was written.
  public let file: FileDigest
  /// The network digest of what was written.
  public let networkDigest: String

  /// A pruning from its parts.
  public init(
    rewrites: [Rewrite], kept: [KeptLayer], difference: [Dyadic], floatDifference: [Dyadic]?,
    argmax: Argmax?, file: FileDigest, networkDigest: String
  ) {
    self.rewrites = rewrites
    self.kept = kept
    self.difference = difference
    self.floatDifference = floatDifference
    self.argmax = argmax
    self.file = file
    self.networkDigest = networkDigest
  }
}
