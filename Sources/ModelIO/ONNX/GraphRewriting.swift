internal import ExactArithmetic
internal import NeuralNetwork

/// Puts the layers of a network in the place of the layers of a model.
///
/// Nodes of layers that are unchanged stay as they are, nodes of layers that are gone go, a layer
/// with other numbers keeps its matrix node, and a new layer becomes nodes of its own.
struct GraphRewriting {
  let source: ONNXSource
  let network: Network
  let origins: [Int?]
  /// False if layers without a matrix must be written with one.
  let keepsElementwiseNodes: Bool

  /// The constants as they were read.
  let oldConstants: ConstantTable
  var constants: ConstantStore
  var names: FreshNames
  /// The name of the value that the next node takes.
  var current: String
  var shape: DataShape
  var type: ScalarType
  /// What stands in the place of each node of the old graph.
  var replacements: [Int: [Onnx_NodeProto]] = [:]
  /// The names of values whose shape is no longer what the old graph says.
  var staleNames: Set<String> = []
  /// The next layer of the network that is not written yet.
  private var next = 0
  /// The written layer that continues each old layer.
  private let continuations: [Int: Int]

  /// A rewriting that has not begun.
  init(
    _ source: ONNXSource, network: Network, origins: [Int?], keepsElementwiseNodes: Bool
  ) throws(ModelFault) {
    let known = origins.compactMap(\.self)
    guard origins.count == network.layers.count,
      known.allSatisfy({ source.layers.indices.contains($0) }),
      zip(known, known.dropFirst()).allSatisfy({ $0 < $1 }),
      let first = source.chain.first
    else {
      throw .notWritable(
        place: "the network", reason: "the origins of its layers are not ascending old layers")
    }
    self.source = source
    self.network = network
    self.origins = origins
    self.keepsElementwiseNodes = keepsElementwiseNodes
    oldConstants = try ConstantTable(
      source.model.graph, inventory: GraphInventory(source.model.graph))
    constants = ConstantStore(source.model.graph)
    names = FreshNames(source.model.graph)
    current = source.inputName
    shape = first.shapeBefore
    let input = source.model.graph.input.first { $0.name == source.inputName }
    type =
      input?.type.tensorType.elemType == TensorEncoding.dataType(of: .float64)
      ? .float64 : .float32
    var continuations: [Int: Int] = [:]
    for (written, origin) in origins.enumerated() {
      if let origin { continuations[origin] = written }
    }
    self.continuations = continuations
  }

  /// The graph with the network in it.
  mutating func graph() throws(ModelFault) -> Onnx_GraphProto {
    var owners = [[Int]](repeating: [], count: source.chain.count)
    for (k, layer) in source.layers.enumerated() {
      for position in layer.members { owners[position].append(k) }
    }
    for position in source.chain.indices {
      let node = source.chain[position]
      if owners[position].isEmpty { try appendShapeNode(node) }
      for k in owners[position] {
        if anchor(of: k) == position { try begin(k, at: node.node) }
        if keepsNodes(of: k) { appendMember(node) }
      }
      if shape != node.shapeAfter {
        staleNames.formUnion(source.model.graph.node[node.node].output)
      }
    }
    if let last = source.chain.last { try appendNewLayers(upTo: origins.count, at: last.node) }
    return try GraphAssembly(self).graph()
  }

  // MARK: Order of layers

  /// Writes what comes before old layer `k`, or in its place.
  private mutating func begin(_ k: Int, at node: Int) throws(ModelFault) {
    guard let written = continuations[k] else {
      return try appendNewLayers(upTo: origins.count, at: node)
    }
    try appendNewLayers(upTo: written, at: node)
    next = written + 1
    if !keepsNodes(of: k) { try appendContinuation(of: k, as: written, at: node) }
  }

  private mutating func appendNewLayers(upTo end: Int, at node: Int) throws(ModelFault) {
    while next < end, origins[next] == nil {
      try appendNewLayer(next, at: node, relu: nil)
      next += 1
    }
  }

  /// True if layer `k` is written by its old nodes.
  private func keepsNodes(of k: Int) -> Bool {
    guard let written = continuations[k], network.layers[written] == source.layers[k].layer
    else { return false }
    if source.layers[k].product == nil, !keepsElementwiseNodes { return false }
    // A scaled product that does not fold gives two layers from one node: both stay or none.
    let partners = [k - 1, k + 1].filter { partner in
      source.layers.indices.contains(partner)
        && !Set(source.layers[partner].members).isDisjoint(with: source.layers[k].members)
    }
    return partners.allSatisfy { partner in
      guard let other = continuations[partner], abs(other - written) == 1 else { return false }
      return keepsElementwiseNodes && network.layers[other] == source.layers[partner].layer
    }
  }

  /// Where layer `k` begins: at its first node if its nodes stay, else at its matrix.
  private func anchor(of k: Int) -> Int? {
    let layer = source.layers[k]
    return keepsNodes(of: k) ? layer.members.first : layer.product ?? layer.members.first
  }

  /// Writes a node of a layer that stays, unless the layer before, of the same node, wrote it.
  private mutating func appendMember(_ node: ONNXSource.ChainNode) {
    guard source.model.graph.node[node.node].output.first != current else { return }
    appendVerbatim(node)
    shape = node.shapeAfter
  }

  // MARK: Nodes

  /// Writes an old node with the current value as its data.
  mutating func appendVerbatim(_ node: ONNXSource.ChainNode) {
    var copy = source.model.graph.node[node.node]
    copy.input[node.dataSlot] = current
    current = copy.output.first ?? current
    replacements[node.node, default: []].append(copy)
  }

  /// Writes a node at the place of an old one.
  mutating func append(_ node: Onnx_NodeProto, at place: Int) {
    replacements[place, default: []].append(node)
    current = node.output.first ?? current
  }

  /// Writes a new node at the place of an old one.
  mutating func append(
    _ op: String, inputs: [String], base: String, at place: Int,
    attributes: [Onnx_AttributeProto] = []
  ) {
    var node = Onnx_NodeProto()
    node.opType = op
    node.name = names.take(base)
    node.input = inputs
    node.output = [names.take("\(base)_output")]
    node.attribute = attributes
    append(node, at: place)
  }
}
