public import Certificates
public import ExactArithmetic
public import NeuralNetwork

/// What is removed from a network, why, and what is left.
public struct RemovalPlan: Sendable {
  /// How close the pruned function is to the original one, before anything is stored.
  public enum Tier: String, Hashable, Sendable {
    /// Only zeros are removed.
    case zeros = "E0"
    /// Equal over the reals; stored numbers are rounded, with a proved bound on the difference.
    case exact = "E1"
  }

  /// One rewrite with what it saves.
  public struct Item: Hashable, Sendable {
    /// The rewrite.
    public let rewrite: Rewrite
    /// Why it is allowed, in a few words.
    public let reason: String
    /// What it leaves as it was.
    public internal(set) var level: RewriteLevel
    /// What it saves.
    public let saved: NetworkSize
  }

  /// One layer before and after.
  public struct LayerChange: Hashable, Sendable {
    /// The index of the layer in the network that was read.
    public let layer: Int
    /// Its size before.
    public let before: NetworkSize
    /// Its size after; nil if the layer is gone.
    public let after: NetworkSize?
  }

  /// The rewrites in the order in which they are applied.
  public let items: [Item]
  /// Every layer before and after.
  public let layers: [LayerChange]
  /// Inputs that nothing reads any more.
  public let unreadInputs: [Int]
  /// How exact the rewrites are over the reals.
  public let tier: Tier
  /// What is left, in stored numbers.
  public let network: Network
  /// What is left, in terms of the network that was read.
  public let working: WorkingNetwork
  /// A proved bound per output on what storing the numbers changes.
  public let difference: [Dyadic]

  /// The size before.
  public var before: NetworkSize { total(of: layers.map(\.before)) }
  /// The size after.
  public var after: NetworkSize { total(of: layers.compactMap(\.after)) }

  /// The pruning section of a certificate for the file that was written.
  public func pruning(file: FileDigest) -> Pruning {
    Pruning(
      rewrites: items.map(\.rewrite), kept: working.kept, difference: difference, file: file,
      networkDigest: network.digest)
  }

  private func total(of sizes: [NetworkSize]) -> NetworkSize {
    sizes.reduce(into: NetworkSize(units: 0, parameters: 0, nonzeros: 0)) { $0 += $1 }
  }
}
