internal import NeuralNetwork

/// A model that was read, with the place of every layer in its graph: what the writer needs.
struct ONNXSource: Sendable {
  /// One layer and the nodes it was fused from.
  struct FusedLayer: Sendable {
    /// The nodes as places in `chain`.
    let members: [Int]
    /// The node with the matrix as a place in `chain`; nil for a layer without one.
    let product: Int?
    /// The layer as it was read.
    let layer: Layer
  }

  /// One node of the chain.
  struct ChainNode: Sendable {
    /// The node as a place in the graph.
    let node: Int
    /// Which of its inputs carries the data.
    let dataSlot: Int
    /// Which of its inputs is the matrix, for a product.
    let weightSlot: Int?
    /// True if the stored matrix has one row per unit.
    let storesUnitsAsRows: Bool
    /// The shape that comes in.
    let shapeBefore: DataShape
    /// The shape that goes out.
    let shapeAfter: DataShape
  }

  /// The model with all numbers inline.
  let model: Onnx_ModelProto
  /// The nodes of the network in the order of the data.
  let chain: [ChainNode]
  /// The maps after the last layer, each with its attributes, in order.
  let outputMaps: [String]
  /// The layers in order.
  let layers: [FusedLayer]
  /// The name of the graph's data input.
  let inputName: String
  /// The name of the value that the network computes.
  let outputName: String
}
