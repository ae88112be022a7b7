internal import NeuralNetwork

/// The values of a graph that do not depend on its input.
///
/// Weights may come as initializers, as `Constant` nodes, or from those through operators that
/// move or convert numbers; the table follows such nodes in the order of the file.
struct ConstantTable {
  private let graph: Onnx_GraphProto
  private let initializers: [String: Int]
  private var tensors: [String: StoredTensor] = [:]
  /// The nodes whose outputs are constants.
  private(set) var nodes: Set<Int> = []
  private var names: Set<String>
  private var derivedElementCount = 0

  /// Finds the constants of a graph; numbers are read when they are asked for.
  init(_ graph: Onnx_GraphProto, inventory: GraphInventory) throws(ModelFault) {
    self.graph = graph
    initializers = inventory.initializers
    names = Set(initializers.keys)
    for (i, node) in graph.node.enumerated() where node.opType == "Constant" {
      guard node.input.isEmpty, node.output.count == 1 else {
        throw .malformed(
          place: "node \(NodeSummary(node).name)", reason: "a Constant has one output only")
      }
      tensors[node.output[0]] = try Self.value(of: node)
      nodes.insert(i)
      names.insert(node.output[0])
    }
    for (i, node) in graph.node.enumerated()
    where SupportedOperators.shapeOnly.contains(node.opType) {
      guard let source = node.input.first, names.contains(source), let name = node.output.first
      else { continue }
      let tensor = try derived(node, from: source)
      derivedElementCount += tensor.elements.count
      guard derivedElementCount <= ModelLimits.networkElements else {
        throw .overLimit(
          place: "numbers of computed constants", limit: ModelLimits.networkElements,
          found: "more")
      }
      tensors[name] = tensor
      nodes.insert(i)
      names.insert(name)
    }
  }

  /// True if the value of that name is a constant.
  func contains(_ name: String) -> Bool { names.contains(name) }

  /// The numbers of the constant `name`.
  func tensor(_ name: String) throws(ModelFault) -> StoredTensor {
    if let known = tensors[name] { return known }
    guard let i = initializers[name] else {
      throw .badTensor(
        name: PrintableName(name).description, reason: "neither an initializer nor a constant")
    }
    return try TensorDecoding.decode(graph.initializer[i])
  }

  /// The element type of the constant `name`, without reading its numbers.
  func type(of name: String) throws(ModelFault) -> StoredTensor.Element {
    if tensors[name] == nil, let i = initializers[name] {
      return Int(graph.initializer[i].dataType) == Onnx_TensorProto.DataType.double.rawValue
        ? .float64 : .float32
    }
    return try tensor(name).type
  }

  /// The constant `name` as a list of dimensions or axes, which is short and of integers.
  func shape(_ name: String) throws(ModelFault) -> [Int] {
    let place = PrintableName(name).description
    if tensors[name] == nil, let i = initializers[name] {
      let count = try TensorDecoding.elementCount(of: graph.initializer[i].dims, name: place)
      guard count <= ModelLimits.tensorRank else {
        throw .overLimit(
          place: "entries of the shape \(place)", limit: ModelLimits.tensorRank, found: "\(count)")
      }
    }
    let tensor = try tensor(name)
    guard let integers = tensor.integers, tensor.dimensions.count <= 1,
      integers.count <= ModelLimits.tensorRank
    else {
      throw .badTensor(name: place, reason: "expected a short list of integers")
    }
    return integers
  }

  private static func value(of node: Onnx_NodeProto) throws(ModelFault) -> StoredTensor {
    guard node.attribute.count == 1, let attribute = node.attribute.first else {
      throw .malformed(
        place: "node \(NodeSummary(node).name)", reason: "a Constant has one value")
    }
    switch attribute.name {
    case "value": return try TensorDecoding.decode(attribute.t)
    case "value_float": return try floats([attribute.f], dimensions: [], node)
    case "value_floats":
      return try floats(attribute.floats, dimensions: [attribute.floats.count], node)
    case "value_int": return try integers([attribute.i], dimensions: [], node)
    default: return try integers(attribute.ints, dimensions: [attribute.ints.count], node)
    }
  }

  private static func floats(
    _ values: [Float], dimensions: [Int], _ node: Onnx_NodeProto
  ) throws(ModelFault) -> StoredTensor {
    guard values.allSatisfy(\.isFinite) else {
      throw .badTensor(name: NodeSummary(node).name, reason: "expected finite numbers")
    }
    return StoredTensor(
      dimensions: dimensions, elements: values.map { Double($0) }, type: .float32)
  }

  private static func integers(
    _ values: [Int64], dimensions: [Int], _ node: Onnx_NodeProto
  ) throws(ModelFault) -> StoredTensor {
    guard values.allSatisfy({ $0.magnitude < 1 << 53 }) else {
      throw .badTensor(name: NodeSummary(node).name, reason: "an integer is larger than 2^53")
    }
    return StoredTensor(
      dimensions: dimensions, elements: values.map { Double($0) }, type: .integer)
  }

  /// What a node that moves or converts numbers makes of a constant.
  private func derived(
    _ node: Onnx_NodeProto, from source: String
  ) throws(ModelFault) -> StoredTensor {
    // A second input could be the data, read where the chain does not see it.
    guard node.input.count == 1 else { throw refusal(of: node) }
    let tensor = try tensor(source)
    switch node.opType {
    case "Identity": return tensor
    case "Cast": return try cast(tensor, by: node)
    case "Transpose":
      guard tensor.dimensions.count == 2,
        (NodeAttributes(node).integers("perm") ?? [1, 0]) == [1, 0]
      else { throw refusal(of: node) }
      return transposed(tensor)
    default: throw refusal(of: node)
    }
  }

  private func refusal(of node: Onnx_NodeProto) -> ModelFault {
    let summary = NodeSummary(node)
    return .unsupportedNodes([
      UnsupportedNode(
        name: summary.name, op: summary.op, reason: "computes a constant; fold it on export")
    ])
  }

  private func transposed(_ tensor: StoredTensor) -> StoredTensor {
    let (rows, columns) = (tensor.dimensions[0], tensor.dimensions[1])
    let matrix = Matrix(rowCount: rows, columnCount: columns, elements: tensor.elements)
    return StoredTensor(
      dimensions: [columns, rows], elements: matrix.transposed.elements, type: tensor.type)
  }

  private func cast(
    _ tensor: StoredTensor, by node: Onnx_NodeProto
  ) throws(ModelFault) -> StoredTensor {
    let code = NodeAttributes(node).integer("to", default: 0) ?? 0
    let target: StoredTensor.Element
    switch Onnx_TensorProto.DataType(rawValue: code) {
    case .float: target = .float32
    case .double: target = .float64
    case .int64 where tensor.type == .integer: target = .integer
    default: throw refusal(of: node)
    }
    let elements = target == .float32 ? tensor.elements.map { Double(Float($0)) } : tensor.elements
    guard elements.allSatisfy(\.isFinite) else {
      throw .badTensor(name: NodeSummary(node).name, reason: "a number overflows float32")
    }
    return StoredTensor(dimensions: tensor.dimensions, elements: elements, type: target)
  }
}
