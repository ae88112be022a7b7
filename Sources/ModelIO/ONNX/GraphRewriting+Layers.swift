internal import NeuralNetwork

extension GraphRewriting {
  /// Writes a layer that has other numbers than the old layer it continues.
  mutating func appendContinuation(
    of k: Int, as written: Int, at place: Int
  ) throws(ModelFault) {
    let old = source.layers[k]
    let relu = old.members.first {
      source.model.graph.node[source.chain[$0].node].opType == "Relu"
    }
    guard let position = old.product else {
      return try appendNewLayer(written, at: place, relu: relu)
    }
    let layer = network.layers[written]
    let node = source.chain[position]
    let proto = source.model.graph.node[node.node]
    let label = label(of: written)
    let weights = node.storesUnitsAsRows ? layer.weights : layer.weights.transposed
    var copy = proto
    let slot = node.weightSlot ?? 1
    copy.input[slot] = try constants.store(
      weights.elements, dimensions: [weights.rowCount, weights.columnCount], type: type,
      replacing: proto.input[slot], base: "\(label)_weight", names: &names)
    copy.input[node.dataSlot] = current
    let isGemm = proto.opType == "Gemm"
    if isGemm {
      copy.attribute.removeAll { $0.name == "alpha" || $0.name == "beta" }
      try setBias(of: &copy, to: layer.biases, base: "\(label)_bias")
    }
    setShape(layer.unitCount, isMatrixLeft: node.dataSlot == 1)
    append(copy, at: place)
    if !isGemm { try appendBias(of: old, layer, label: label, at: place) }
    try appendActivation(of: layer, relu: relu, label: label, at: place)
  }

  /// Writes a layer that no old layer stands for.
  mutating func appendNewLayer(_ written: Int, at place: Int, relu: Int?) throws(ModelFault) {
    let layer = network.layers[written]
    let label = label(of: written)
    if shape.axes.count == 2, shape.hasFeaturesLast {
      let weights = try storeNew(layer.weights, "\(label)_weight")
      let bias = try constants.store(
        layer.biases, dimensions: [layer.unitCount], type: type, replacing: nil,
        base: "\(label)_bias", names: &names)
      var transposes = Onnx_AttributeProto()
      transposes.name = "transB"
      transposes.type = .int
      transposes.i = 1
      append(
        "Gemm", inputs: [current, weights, bias], base: label, at: place,
        attributes: [transposes])
      setShape(layer.unitCount, isMatrixLeft: false)
    } else {
      try appendNewProduct(layer, label: label, at: place)
    }
    try appendActivation(of: layer, relu: relu, label: label, at: place)
  }

  private mutating func appendNewProduct(
    _ layer: Layer, label: String, at place: Int
  ) throws(ModelFault) {
    let isMatrixLeft = !shape.hasFeaturesLast
    guard !isMatrixLeft || shape.isColumn else {
      throw .notWritable(
        place: label, reason: "data of shape \(shape) fits no matrix; flatten the data on export")
    }
    let matrix = isMatrixLeft ? layer.weights : layer.weights.transposed
    let weights = try storeNew(matrix, "\(label)_weight")
    append(
      "MatMul", inputs: isMatrixLeft ? [weights, current] : [current, weights], base: label,
      at: place)
    setShape(layer.unitCount, isMatrixLeft: isMatrixLeft && shape.axes.count > 1)
    try appendBias(of: nil, layer, label: label, at: place)
  }

  private mutating func storeNew(_ matrix: Matrix, _ base: String) throws(ModelFault) -> String {
    try constants.store(
      matrix.elements, dimensions: [matrix.rowCount, matrix.columnCount], type: type,
      replacing: nil, base: base, names: &names)
  }

  private mutating func setShape(_ unitCount: Int, isMatrixLeft: Bool) {
    shape =
      isMatrixLeft && shape.axes.count > 1
      ? shape.replacingColumn(with: unitCount) : shape.replacingLast(with: unitCount)
  }

  private mutating func setBias(
    of node: inout Onnx_NodeProto, to biases: [Double], base: String
  ) throws(ModelFault) {
    let old = node.input.count > 2 && !node.input[2].isEmpty ? node.input[2] : nil
    guard old != nil || biases.contains(where: { $0 != 0 }) else { return }
    let name = try constants.store(
      biases, dimensions: [biases.count], type: type, replacing: old, base: base, names: &names)
    node.input = Array(node.input.prefix(2)) + [name]
  }

  /// Adds the bias behind a `MatMul`, by the old `Add` node if there is one.
  private mutating func appendBias(
    of old: ONNXSource.FusedLayer?, _ layer: Layer, label: String, at place: Int
  ) throws(ModelFault) {
    let position = old?.members.first { member in
      member > old?.product ?? 0
        && source.model.graph.node[source.chain[member].node].opType == "Add"
    }
    guard position != nil || layer.biases.contains(where: { $0 != 0 }) else { return }
    let isColumn = !shape.hasFeaturesLast
    let dimensions = isColumn ? [layer.unitCount, 1] : [layer.unitCount]
    let node = position.map { source.chain[$0] }
    let proto = node.map { source.model.graph.node[$0.node] }
    let oldName = node.flatMap { node in proto.map { $0.input[1 - node.dataSlot] } }
    let name = try constants.store(
      layer.biases, dimensions: dimensions, type: type, replacing: oldName,
      base: "\(label)_bias", names: &names)
    guard let node, var copy = proto else {
      return append("Add", inputs: [current, name], base: "\(label)_add", at: place)
    }
    copy.input[node.dataSlot] = current
    copy.input[1 - node.dataSlot] = name
    append(copy, at: place)
  }

  private mutating func appendActivation(
    of layer: Layer, relu: Int?, label: String, at place: Int
  ) throws(ModelFault) {
    guard let activation = layer.activations.first,
      layer.activations.allSatisfy({ $0 == activation })
    else {
      throw .notWritable(place: label, reason: "its units have different activations")
    }
    guard activation == .relu else { return }
    guard let relu else {
      return append("Relu", inputs: [current], base: "\(label)_relu", at: place)
    }
    var copy = source.model.graph.node[source.chain[relu].node]
    copy.input[0] = current
    append(copy, at: place)
  }

  private func label(of written: Int) -> String { "espalier_layer\(written)" }
}
