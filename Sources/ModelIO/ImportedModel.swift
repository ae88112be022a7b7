public import NeuralNetwork

/// A model file that was read: the network and what ties it to the file.
public struct ImportedModel: Sendable {
  /// The network.
  public let network: Network
  /// Every file that was read: the model first, then its external data.
  public let files: [FileDigest]
  /// The format of the file.
  public let format: ModelFormat
  /// Where each layer of the network came from; as many as the network has layers.
  public let layerOrigins: [LayerOrigin]
  /// The number of plain layers before the first that is not plain.
  public var plainLayerCount: Int { layerOrigins.prefix(while: \.isPlain).count }
  /// The input domain that the file names, if it does.
  public let suggestedDomain: InputDomain?
  /// The maps after the last layer that are no part of the network, each with its attributes, in
  /// order: two models with the same network and the same maps compute the same.
  public var outputMaps: [String] { onnx?.outputMaps ?? [] }
  /// What the file says about itself.
  public let summary: ModelSummary
  /// The graph and how layers map to it; nil for formats other than ONNX.
  let onnx: ONNXSource?
}
