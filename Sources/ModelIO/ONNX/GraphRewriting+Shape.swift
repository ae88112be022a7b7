internal import NeuralNetwork

extension GraphRewriting {
  /// Writes a node that changes the shape at most, fitted to the new number of features.
  mutating func appendShapeNode(_ node: ONNXSource.ChainNode) throws(ModelFault) {
    let proto = source.model.graph.node[node.node]
    if proto.opType == "Cast" {
      let code = NodeAttributes(proto).integer("to", default: 0) ?? 0
      type = Int32(code) == TensorEncoding.dataType(of: .float64) ? .float64 : .float32
    }
    guard shape != node.shapeBefore else {
      shape = node.shapeAfter
      return appendVerbatim(node)
    }
    if let fitted = try? fittedShape(node) {
      shape = fitted
      return appendVerbatim(node)
    }
    try appendFittedReshape(node)
  }

  /// The shape behind the node as it stands; fails if the node insists on the old size.
  private func fittedShape(_ node: ONNXSource.ChainNode) throws(ModelFault) -> DataShape {
    var lowering = NodeLowering(
      source.model.graph, constants: oldConstants, scalarType: network.scalarType, input: shape)
    let link = GraphChain.Link(node: node.node, dataSlot: node.dataSlot)
    return try lowering.lower(link).shapeAfter
  }

  /// Replaces the last entry of the target of a `Reshape` by the new number of features.
  private mutating func appendFittedReshape(_ node: ONNXSource.ChainNode) throws(ModelFault) {
    let graph = source.model.graph
    var copy = graph.node[node.node]
    guard copy.opType == "Reshape", node.shapeAfter.hasFeaturesLast, copy.input.count > 1 else {
      throw .notWritable(
        place: "node \(NodeSummary(copy).name)",
        reason: "it depends on the number of units that was removed")
    }
    var target = try oldConstants.shape(copy.input[1])
    target[target.count - 1] = shape.featureCount
    copy.input[1] = constants.store(shape: target, replacing: copy.input[1], names: &names)
    copy.input[0] = current
    shape = node.shapeAfter.replacingLast(with: shape.featureCount)
    append(copy, at: node.node)
  }
}
