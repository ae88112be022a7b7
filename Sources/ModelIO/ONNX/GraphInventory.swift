/// Who writes which name in a graph; a value of this type means that every name has one writer.
struct GraphInventory {
  /// The initializers by name.
  let initializers: [String: Int]
  /// The name of the input that carries data.
  let inputName: String
  /// The name of the output.
  let outputName: String

  /// Checks limits and the rule that nothing is written twice.
  init(_ graph: Onnx_GraphProto) throws(ModelFault) {
    try Self.checkLimits(graph)
    var initializers: [String: Int] = [:]
    for (i, tensor) in graph.initializer.enumerated() {
      guard !tensor.name.isEmpty, initializers.updateValue(i, forKey: tensor.name) == nil else {
        throw .malformed(
          place: "tensor \(PrintableName(tensor.name))",
          reason: tensor.name.isEmpty ? "has no name" : "two initializers have this name")
      }
    }
    let data = graph.input.filter { initializers[$0.name] == nil }
    guard data.count == 1, let input = data.first else {
      let names = data.prefix(ModelLimits.shownNodes).map { PrintableName($0.name).description }
      throw .unsupported(
        place: "graph inputs",
        reason: "expected one, found \(data.count): \(names.joined(separator: ", "))")
    }
    guard graph.output.count == 1 else {
      throw .unsupported(
        place: "graph outputs", reason: "expected one, found \(graph.output.count)")
    }
    self.initializers = initializers
    inputName = input.name
    outputName = graph.output[0].name
    try checkSingleWriters(graph)
  }

  private static func checkLimits(_ graph: Onnx_GraphProto) throws(ModelFault) {
    guard !graph.node.isEmpty else {
      throw .malformed(place: "graph", reason: "it has no nodes; is this an ONNX model?")
    }
    guard graph.node.count <= ModelLimits.nodes else {
      throw .overLimit(
        place: "nodes of the graph", limit: ModelLimits.nodes, found: "\(graph.node.count)")
    }
    guard graph.initializer.count <= ModelLimits.initializers else {
      throw .overLimit(
        place: "initializers of the graph", limit: ModelLimits.initializers,
        found: "\(graph.initializer.count)")
    }
    guard graph.sparseInitializer.isEmpty else {
      throw .unsupported(
        place: "graph", reason: "sparse initializers are not supported; store them dense")
    }
  }

  private func checkSingleWriters(_ graph: Onnx_GraphProto) throws(ModelFault) {
    var written: Set<String> = [inputName]
    for node in graph.node {
      for name in node.output where !name.isEmpty {
        guard initializers[name] == nil, written.insert(name).inserted else {
          throw .malformed(
            place: "value \(PrintableName(name))", reason: "it is written more than once")
        }
      }
    }
  }
}
