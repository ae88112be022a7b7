/// The operators that are read, and the pass that lists every node with another one.
struct SupportedOperators {
  /// Operators of which a network is made, with the attributes that are honoured.
  static let attributes: [String: Set<String>] = [
    "Add": [], "Sub": [], "Mul": [], "Div": [], "MatMul": [], "Relu": [], "Identity": [],
    "Gemm": ["alpha", "beta", "transA", "transB"], "Flatten": ["axis"], "Cast": ["to", "saturate"],
    "Reshape": ["allowzero"], "Squeeze": ["axes"], "Unsqueeze": ["axes"], "Transpose": ["perm"],
    "Dropout": ["ratio", "seed"],
    "Constant": ["value", "value_float", "value_floats", "value_int", "value_ints"],
  ]
  /// Operators that may follow the last layer; they are kept but are no part of the network.
  static let tail: Set<String> = [
    "Softmax", "LogSoftmax", "Hardmax", "ArgMax", "ArgMin", "Sigmoid", "Tanh",
  ]
  /// Operators that may stand between such a one and the output.
  static let tailCompanions: Set<String> = [
    "Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Constant",
  ]
  /// Operators that change the shape of a value at most.
  static let shapeOnly: Set<String> = [
    "Identity", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Dropout",
  ]

  /// The nodes of the tail, in no order.
  let tailNodes: Set<Int>

  /// Finds the tail of a graph.
  init(graph: Onnx_GraphProto) {
    var producers: [String: Int] = [:]
    for (i, node) in graph.node.enumerated() {
      for name in node.output where !name.isEmpty { producers[name] = i }
    }
    var pending: [Int] = []
    var visited: Set<Int> = []
    var tailNodes: Set<Int> = []
    var name = graph.output.first?.name ?? ""
    while let i = producers[name], visited.insert(i).inserted {
      let node = graph.node[i]
      if Self.tail.contains(node.opType) {
        tailNodes.formUnion(pending + [i])
        pending = []
      } else if Self.tailCompanions.contains(node.opType), node.opType != "Constant" {
        pending.append(i)
      } else {
        break
      }
      name = node.input.first ?? ""
    }
    self.tailNodes = tailNodes
  }

  /// Refuses a graph that has nodes which cannot be read, naming all of them.
  func check(_ graph: Onnx_GraphProto) throws(ModelFault) {
    var unsupported: [UnsupportedNode] = []
    for (i, node) in graph.node.enumerated() {
      let objection =
        tailNodes.contains(i) ? Self.generalObjection(to: node) : Self.objection(to: node)
      guard let reason = objection else { continue }
      let summary = NodeSummary(node)
      unsupported.append(UnsupportedNode(name: summary.name, op: summary.op, reason: reason))
    }
    guard unsupported.isEmpty else { throw .unsupportedNodes(unsupported) }
  }

  /// What is wrong with any node, whatever its operator.
  private static func generalObjection(to node: Onnx_NodeProto) -> String? {
    guard node.domain.isEmpty || node.domain == "ai.onnx", node.overload.isEmpty else {
      return "operators of domain \(PrintableName(node.domain)) are not supported"
    }
    var seen: Set<String> = []
    for attribute in node.attribute where !seen.insert(attribute.name).inserted {
      return "attribute \(PrintableName(attribute.name)) stands twice"
    }
    return nil
  }

  private static func objection(to node: Onnx_NodeProto) -> String? {
    if let objection = generalObjection(to: node) { return objection }
    guard let known = attributes[node.opType] else {
      return tail.contains(node.opType)
        ? "supported only after the last layer" : "the operator is not supported"
    }
    for attribute in node.attribute {
      guard known.contains(attribute.name) else {
        return "attribute \(PrintableName(attribute.name)) is not supported"
      }
      guard NodeAttributes.hasRightType(attribute) else {
        return "attribute \(PrintableName(attribute.name)) has a wrong type"
      }
    }
    guard node.opType != "Gemm" || NodeAttributes(node).integer("transA", default: 0) == 0 else {
      return "transA transposes the data"
    }
    return nil
  }
}

extension NodeSummary {
  /// A node as it may be printed.
  init(_ node: Onnx_NodeProto) {
    self.init(
      name: PrintableName(node.name.isEmpty ? node.output.first ?? "" : node.name).description,
      op: PrintableName(node.opType).description.filter { $0 != "\"" })
  }
}
