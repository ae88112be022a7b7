/// The nodes on the way from the input of a graph to its output, one after the other.
struct GraphChain {
  /// One node on the way.
  struct Link: Hashable {
    /// The node, as its place in the graph.
    let node: Int
    /// Which of its inputs carries the data.
    let dataSlot: Int
  }

  /// The nodes that make the network.
  let links: [Link]
  /// The nodes after the last layer.
  let tail: [Link]
  /// The name of the value behind the last node of `links`.
  let outputName: String

  /// Follows the data; every value must have one consumer.
  init(
    _ graph: Onnx_GraphProto, inventory: GraphInventory, constants: ConstantTable,
    tailNodes: Set<Int>
  ) throws(ModelFault) {
    let consumers = Self.consumers(in: graph, except: constants.nodes)
    var links: [Link] = []
    var tail: [Link] = []
    var name = inventory.inputName
    var outputName = name
    while name != inventory.outputName {
      let link = try Self.consumer(of: name, consumers)
      let node = graph.node[link.node]
      try Self.checkOtherInputs(of: node, link: link, constants: constants)
      name = node.output.first ?? ""
      if tailNodes.contains(link.node) {
        tail.append(link)
      } else {
        links.append(link)
        outputName = name
      }
    }
    if let extra = consumers[name]?.first {
      throw .notAChain(
        place: "value \(PrintableName(name))",
        reason:
          "it is the output but also goes on to node \(NodeSummary(graph.node[extra.node]).name)")
    }
    self.links = links
    self.tail = tail
    self.outputName = outputName
    try Self.checkNothingIsLeft(graph, constants: constants, count: links.count + tail.count)
  }

  private static func consumers(
    in graph: Onnx_GraphProto, except constants: Set<Int>
  ) -> [String: [Link]] {
    var consumers: [String: [Link]] = [:]
    for (i, node) in graph.node.enumerated() where !constants.contains(i) {
      for (slot, name) in node.input.enumerated() where !name.isEmpty {
        consumers[name, default: []].append(Link(node: i, dataSlot: slot))
      }
    }
    return consumers
  }

  private static func consumer(
    of name: String, _ consumers: [String: [Link]]
  ) throws(ModelFault) -> Link {
    let found = consumers[name] ?? []
    guard found.count == 1, let link = found.first else {
      throw .notAChain(
        place: "value \(PrintableName(name))",
        reason: found.isEmpty
          ? "nothing uses it and it is not the output"
          : "\(found.count) inputs of nodes use it, so the network branches (skip connection)")
    }
    return link
  }

  private static func checkOtherInputs(
    of node: Onnx_NodeProto, link: Link, constants: ConstantTable
  ) throws(ModelFault) {
    for (slot, name) in node.input.enumerated() where slot != link.dataSlot && !name.isEmpty {
      guard constants.contains(name) else {
        throw .notAChain(
          place: "node \(NodeSummary(node).name)",
          reason: "its input \(PrintableName(name)) is missing or depends on the data too")
      }
    }
  }

  /// A node off the chain would be dropped without a word.
  private static func checkNothingIsLeft(
    _ graph: Onnx_GraphProto, constants: ConstantTable, count: Int
  ) throws(ModelFault) {
    let rest = graph.node.count - constants.nodes.count - count
    guard rest == 0 else {
      throw .notAChain(
        place: "graph", reason: "\(rest) nodes are not on the way from the input to the output")
    }
  }
}
