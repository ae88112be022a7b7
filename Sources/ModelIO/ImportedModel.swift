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
  /// The input domain that the file names, if it does.
  public let suggestedDomain: InputDomain?
  /// What the file says about itself.
  public let summary: ModelSummary
  /// The graph and how layers map to it; nil for formats other than ONNX.
  let onnx: ONNXSource?
}
