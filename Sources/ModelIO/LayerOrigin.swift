/// Which nodes of a model a layer of the network was lowered from.
public struct LayerOrigin: Hashable, Sendable {
  /// The nodes in the order of the chain; empty for formats without nodes.
  public let nodes: [NodeSummary]
  /// True if the layer works on each input alone, so that its weights are diagonal.
  public let isElementwise: Bool
  /// True if a runtime evaluates each unit of the layer as one dot product and one bias.
  ///
  /// - Source: `docs/certificate-format.md`, section 8.
  public let isPlain: Bool
}
