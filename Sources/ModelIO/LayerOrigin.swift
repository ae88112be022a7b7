/// Which nodes of a model a layer of the network was lowered from.
public struct LayerOrigin: Hashable, Sendable {
  /// The nodes in the order of the chain; empty for formats without nodes.
  public let nodes: [NodeSummary]
  /// True if the layer works on each input alone, so that its weights are diagonal.
  public let isElementwise: Bool
}
