internal import ExactArithmetic
internal import NeuralNetwork

/// A fresh ONNX model of a network: `Gemm` and `Relu` nodes, nothing else.
enum PlainONNX {
  /// The model; every layer must have one activation for all its units.
  static func model(of network: Network) throws(ModelFault) -> Onnx_ModelProto {
    var model = Onnx_ModelProto()
    model.irVersion = 7
    model.producerName = "espalier"
    var operators = Onnx_OperatorSetIdProto()
    operators.domain = ""
    operators.version = 13
    model.opsetImport = [operators]
    let code = TensorEncoding.dataType(of: network.scalarType)
    var graph = Onnx_GraphProto()
    graph.name = "network"
    graph.input = [
      Onnx_ValueInfoProto(
        name: "input", elementType: code,
        dimensions: [.dimParam("batch"), .dimValue(Int64(network.inputCount))])
    ]
    graph.output = [
      Onnx_ValueInfoProto(
        name: "output", elementType: code,
        dimensions: [.dimParam("batch"), .dimValue(Int64(network.outputCount))])
    ]
    var current = "input"
    for (k, layer) in network.layers.enumerated() {
      try append(
        layer, index: k, isLast: k == network.layers.count - 1, type: network.scalarType,
        current: &current, graph: &graph)
    }
    model.graph = graph
    return model
  }

  private static func append(
    _ layer: Layer, index k: Int, isLast: Bool, type: ScalarType, current: inout String,
    graph: inout Onnx_GraphProto
  ) throws(ModelFault) {
    guard let activation = layer.activations.first,
      layer.activations.allSatisfy({ $0 == activation })
    else {
      throw .notWritable(place: "layer \(k)", reason: "its units have different activations")
    }
    var weight = Onnx_TensorProto()
    weight.name = "layer\(k).weight"
    var bias = Onnx_TensorProto()
    bias.name = "layer\(k).bias"
    let dimensions = [layer.unitCount, layer.inputCount]
    guard
      TensorEncoding.store(
        layer.weights.elements, dimensions: dimensions, type: type, in: &weight),
      TensorEncoding.store(
        layer.biases, dimensions: [layer.unitCount], type: type, in: &bias)
    else {
      throw .notWritable(place: "layer \(k)", reason: "a number is not a \(type.rawValue)")
    }
    graph.initializer += [weight, bias]
    var transposes = Onnx_AttributeProto()
    transposes.name = "transB"
    transposes.type = .int
    transposes.i = 1
    let hasRelu = activation == .relu
    let gemmOutput = isLast && !hasRelu ? "output" : "layer\(k)"
    var gemm = node("Gemm", name: "gemm\(k)", [current, weight.name, bias.name], gemmOutput)
    gemm.attribute = [transposes]
    graph.node.append(gemm)
    current = gemmOutput
    guard hasRelu else { return }
    let reluOutput = isLast ? "output" : "hidden\(k)"
    graph.node.append(node("Relu", name: "relu\(k)", [current], reluOutput))
    current = reluOutput
  }

  /// A node with one output.
  static func node(
    _ op: String, name: String, _ inputs: [String], _ output: String
  ) -> Onnx_NodeProto {
    var node = Onnx_NodeProto()
    node.opType = op
    node.name = name
    node.input = inputs
    node.output = [output]
    return node
  }
}
