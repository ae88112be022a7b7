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
    /// Within a proved difference, which is larger than what rounding alone would make.
    case bounded = "E2"
  }

  /// One rewrite with what it saves.
  public struct Item: Hashable, Sendable {
    /// The rewrite.
    public let rewrite: Rewrite
    /// The rule that it belongs to.
    public let rule: RemovalRule
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
  /// A proved bound per output on the difference over the reals: storing the numbers and, in tier
  /// E2, what was replaced by something near it.
  public let difference: [Dyadic]
  /// A proved bound per output on the difference between what runtimes compute; nil if none is
  /// proved.
  public let floatDifference: [Dyadic]?
  /// The class that both networks answer on the whole domain, if that is proved.
  public let argmax: Pruning.Argmax?

  /// The size before.
  public var before: NetworkSize { total(of: layers.map(\.before)) }
  /// The size after.
  public var after: NetworkSize { total(of: layers.compactMap(\.after)) }

  /// What each rule saves, for those that were applied.
  public var savedByRule: [(rule: RemovalRule, count: Int, saved: NetworkSize)] {
    RemovalRule.allCases.compactMap { rule in
      let items = items.filter { $0.rule == rule }
      return items.isEmpty ? nil : (rule, items.count, total(of: items.map(\.saved)))
    }
  }

  /// The pruning section of a certificate for the file that was written.
  ///
  /// - Parameter isPlain: True if a runtime evaluates every layer of the file as one product and one
  ///   bias per unit; bounds for runtimes are left out otherwise.
  public func pruning(file: FileDigest, isPlain: Bool) -> Pruning {
    Pruning(
      rewrites: items.map(\.rewrite), kept: working.kept, difference: difference,
      floatDifference: isPlain ? floatDifference : nil, argmax: argmax, file: file,
      networkDigest: network.digest)
  }

  private func total(of sizes: [NetworkSize]) -> NetworkSize {
    sizes.reduce(into: NetworkSize(units: 0, parameters: 0, nonzeros: 0, type: network.scalarType))
    { $0 += $1 }
  }
}
