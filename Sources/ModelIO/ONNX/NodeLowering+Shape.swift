extension NodeLowering {
  /// The shape behind a node that moves axes at most.
  mutating func reshaped(
    _ node: Onnx_NodeProto, _ link: GraphChain.Link
  ) throws(ModelFault) -> DataShape {
    guard link.dataSlot == 0 else { throw malformed(node, "the data is not its first input") }
    let attributes = NodeAttributes(node)
    let constant = node.input.count > 1 && !node.input[1].isEmpty ? node.input[1] : nil
    let result: DataShape?
    switch node.opType {
    case "Flatten": result = attributes.integer("axis", default: 1).flatMap(shape.flattened)
    case "Reshape":
      guard let constant else { throw malformed(node, "the new shape is missing") }
      let target = try constants.shape(constant)
      result = shape.reshaped(
        to: target, allowsZero: attributes.integer("allowzero", default: 0) != 0)
    case "Squeeze":
      let axes = try constant.map(constants.shape) ?? attributes.integers("axes")
      result = shape.squeezed(axes)
    case "Unsqueeze":
      let axes = try constant.map(constants.shape) ?? attributes.integers("axes")
      result = axes.flatMap(shape.unsqueezed)
    case "Transpose": result = shape.transposed(attributes.integers("perm"))
    case "Dropout":
      try checkDropout(node)
      result = shape
    case "Cast":
      try checkCast(attributes, node)
      result = shape
    default: result = shape
    }
    guard let result else {
      throw mismatch(node, expected: "a change of shape that keeps samples and features apart")
    }
    return result
  }

  private func checkDropout(_ node: Onnx_NodeProto) throws(ModelFault) {
    guard node.input.count > 2, !node.input[2].isEmpty else { return }
    guard try constants.tensor(node.input[2]).elements == [0] else {
      throw malformed(node, "it is in training mode; export the model for inference")
    }
  }

  private mutating func checkCast(
    _ attributes: NodeAttributes, _ node: Onnx_NodeProto
  ) throws(ModelFault) {
    let type = Onnx_TensorProto.DataType(rawValue: attributes.integer("to", default: 0) ?? 0)
    guard type == .float || type == .double else {
      throw malformed(node, "expected a cast to float32 or float64")
    }
    if type == .float, scalarType == .float64 {
      notes.add("node \(NodeSummary(node).name): the rounding of data to float32 is left out")
    }
  }
}
