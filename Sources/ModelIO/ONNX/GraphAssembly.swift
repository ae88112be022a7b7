internal import NeuralNetwork

/// The last step of a rewriting: nodes in order, constants that are used, shapes that are true.
struct GraphAssembly {
  private let rewriting: GraphRewriting
  private let old: Onnx_GraphProto

  /// Assembles what a finished rewriting collected.
  init(_ rewriting: GraphRewriting) {
    self.rewriting = rewriting
    old = rewriting.source.model.graph
  }

  /// The new graph.
  func graph() throws(ModelFault) -> Onnx_GraphProto {
    var graph = old
    let dropped = droppedConstants(in: orderedNodes())
    graph.node = orderedNodes().filter { node in !node.output.contains(where: dropped.contains) }
    var constants = rewriting.constants
    constants.remove(dropped)
    graph.initializer = constants.initializers
    graph.input.removeAll { dropped.contains($0.name) }
    updateInputs(of: &graph)
    let values = Set(graph.node.flatMap(\.output) + graph.initializer.map(\.name))
    let stale = rewriting.staleNames.union(constants.changedNames)
    graph.valueInfo.removeAll { !values.contains($0.name) || stale.contains($0.name) }
    graph.quantizationAnnotation.removeAll { !values.contains($0.tensorName) }
    return graph
  }

  /// The nodes in the old order, the last one writing the name that the network had.
  private func orderedNodes() -> [Onnx_NodeProto] {
    let source = rewriting.source
    let chain = Set(source.chain.map(\.node))
    var renaming: [String: String] = [:]
    if rewriting.current != source.outputName {
      var names = rewriting.names
      renaming[source.outputName] = names.take("\(source.outputName)_hidden")
      renaming[rewriting.current] = source.outputName
    }
    return old.node.enumerated().flatMap { i, node in
      guard chain.contains(i) else { return [node] }
      return (rewriting.replacements[i] ?? []).map { Self.renamed($0, renaming) }
    }
  }

  private static func renamed(
    _ node: Onnx_NodeProto, _ renaming: [String: String]
  ) -> Onnx_NodeProto {
    guard !renaming.isEmpty else { return node }
    var copy = node
    copy.input = node.input.map { renaming[$0] ?? $0 }
    copy.output = node.output.map { renaming[$0] ?? $0 }
    return copy
  }

  /// Names of constants that were used before and are not any more.
  private func droppedConstants(in nodes: [Onnx_NodeProto]) -> Set<String> {
    let usedBefore = Set(old.node.flatMap(\.input))
    var counts: [String: Int] = [:]
    for name in nodes.flatMap(\.input) + old.output.map(\.name) { counts[name, default: 0] += 1 }
    var dropped: Set<String> = []
    let chain = Set(rewriting.source.chain.map(\.node))
    let tailStart = rewriting.source.outputName
    for (i, node) in old.node.enumerated().reversed() where !chain.contains(i) {
      guard let name = node.output.first, usedBefore.contains(name), name != tailStart,
        counts[name, default: 0] == 0
      else { continue }
      dropped.insert(name)
      for input in node.input { counts[input, default: 0] -= 1 }
    }
    for tensor in rewriting.constants.initializers
    where usedBefore.contains(tensor.name) && counts[tensor.name, default: 0] == 0 {
      dropped.insert(tensor.name)
    }
    return dropped
  }

  /// Models of format versions before 4 list their initializers as inputs, with shapes.
  private func updateInputs(of graph: inout Onnx_GraphProto) {
    let constants = rewriting.constants
    let tensors = Dictionary(
      constants.initializers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for i in graph.input.indices where constants.changedNames.contains(graph.input[i].name) {
      guard let tensor = tensors[graph.input[i].name] else { continue }
      graph.input[i] = Self.value(tensor)
    }
    guard rewriting.source.model.irVersion < 4 else { return }
    for name in constants.newNames {
      if let tensor = tensors[name] { graph.input.append(Self.value(tensor)) }
    }
  }

  private static func value(_ tensor: Onnx_TensorProto) -> Onnx_ValueInfoProto {
    Onnx_ValueInfoProto(
      name: tensor.name, elementType: tensor.dataType,
      dimensions: tensor.dims.map { .dimValue($0) })
  }
}

extension Onnx_ValueInfoProto {
  /// The description of a value of known shape.
  init(
    name: String, elementType: Int32,
    dimensions: [Onnx_TensorShapeProto.Dimension.OneOf_Value]
  ) {
    self.init()
    self.name = name
    type.tensorType.elemType = elementType
    type.tensorType.shape.dim = dimensions.map { value in
      var dimension = Onnx_TensorShapeProto.Dimension()
      dimension.value = value
      return dimension
    }
  }
}
