internal import ExactArithmetic
internal import NeuralNetwork
internal import SwiftProtobuf

/// Reads an ONNX model of a fully connected ReLU network by a line of named passes.
///
/// Decode → bring in external data → list unsupported nodes → check names → find constants →
/// follow the chain → lower each node → fuse nodes into layers.
struct ONNXReader {
  /// Reads the bytes of the model file at `path`; external data is looked for beside it.
  static func read(_ bytes: [UInt8], path: String) throws(ModelFault) -> ImportedModel {
    var model = try decode(bytes)
    try checkOperatorSets(model)
    let operators = SupportedOperators(graph: model.graph)
    try operators.check(model.graph)
    let inventory = try GraphInventory(model.graph)
    var external = ExternalData(modelPath: path)
    try external.inline(&model.graph)
    let constants = try ConstantTable(model.graph, inventory: inventory)
    let chain = try GraphChain(
      model.graph, inventory: inventory, constants: constants, tailNodes: operators.tailNodes)
    let reading = ONNXReader(model: model, inventory: inventory, constants: constants, chain: chain)
    let digest = FileDigest(path: path, bytes: bytes)
    return try reading.imported(files: [digest] + external.digests)
  }

  private let model: Onnx_ModelProto
  private let inventory: GraphInventory
  private let constants: ConstantTable
  private let chain: GraphChain

  private static func decode(_ bytes: [UInt8]) throws(ModelFault) -> Onnx_ModelProto {
    guard !bytes.isEmpty else { throw .malformed(place: "file", reason: "it is empty") }
    let model: Onnx_ModelProto
    do {
      model = try Onnx_ModelProto(serializedBytes: bytes, partial: true)
    } catch {
      throw .malformed(place: "file", reason: "these bytes are not an ONNX model (\(error))")
    }
    guard model.hasGraph else {
      throw .malformed(place: "file", reason: "it holds no graph; is this an ONNX model?")
    }
    return model
  }

  private static func checkOperatorSets(_ model: Onnx_ModelProto) throws(ModelFault) {
    guard model.functions.isEmpty else {
      throw .unsupported(
        place: "functions", reason: "a model that defines operators of its own is not supported")
    }
    let versions = model.opsetImport.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    guard versions.count == 1, let version = versions.first?.version else {
      throw .malformed(
        place: "operator sets",
        reason: "expected one version of ai.onnx, found \(versions.count)")
    }
    let range = ModelLimits.oldestOperatorSet...ModelLimits.newestOperatorSet
    guard range.contains(Int(version)) else {
      throw .unsupported(
        place: "operator sets",
        reason: "expected ai.onnx from \(range.lowerBound) to \(range.upperBound), "
          + "found \(version); export with another opset_version")
    }
  }

  private func imported(files: [FileDigest]) throws(ModelFault) -> ImportedModel {
    let scalarType = try usedScalarType()
    let hasMatrixOnTheLeft = chain.links.contains { link in
      link.dataSlot == 1 && model.graph.node[link.node].opType == "MatMul"
    }
    guard let info = model.graph.input.first(where: { $0.name == inventory.inputName }),
      let shape = try DataShape(input: info, isColumn: hasMatrixOnTheLeft)
    else {
      throw .unsupported(
        place: "input \(PrintableName(inventory.inputName))",
        reason: "expected a shape whose sizes after the batch are fixed")
    }
    var lowering = NodeLowering(
      model.graph, constants: constants, scalarType: scalarType, input: shape)
    var nodes: [LoweredNode] = []
    nodes.reserveCapacity(chain.links.count)
    for link in chain.links { nodes.append(try lowering.lower(link)) }
    let drafts = try LayerFusion.drafts(of: nodes, scalarType: scalarType)
    let layers = drafts.map(\.layer)
    let network: Network
    do {
      network = try Network(layers: layers, scalarType: scalarType)
    } catch {
      throw .invalidNetwork(error)
    }
    let summary = ModelSummary(
      model, scalarType: scalarType, tail: chain.tail.map(\.node), notes: lowering.notes.notes)
    let plainness = LayerPlainness(model.graph, nodes: nodes)
    let origins = drafts.map { draft in
      LayerOrigin(
        nodes: draft.members.map { NodeSummary(model.graph.node[nodes[$0].link.node]) },
        isElementwise: draft.isElementwise, isPlain: plainness.isPlain(draft.members))
    }
    return ImportedModel(
      network: network, files: files, format: .onnx, layerOrigins: origins,
      suggestedDomain: nil, summary: summary, onnx: try source(nodes, drafts, layers))
  }

  /// float64 as soon as the input or one used constant has that type.
  private func usedScalarType() throws(ModelFault) -> ScalarType {
    let input = model.graph.input.first { $0.name == inventory.inputName }
    let code = Int(input?.type.tensorType.elemType ?? 0)
    let types: [Onnx_TensorProto.DataType] = [.float, .double]
    guard let type = Onnx_TensorProto.DataType(rawValue: code), types.contains(type) else {
      throw .unsupported(
        place: "input \(PrintableName(inventory.inputName))",
        reason: "expected float32 or float64, found \(TensorDecoding.typeName(code))")
    }
    if type == .double { return .float64 }
    for link in chain.links {
      let node = model.graph.node[link.node]
      for (slot, name) in node.input.enumerated() where slot != link.dataSlot && !name.isEmpty {
        if try constants.type(of: name) == .float64 { return .float64 }
      }
    }
    return .float32
  }

  private func source(
    _ nodes: [LoweredNode], _ drafts: [LayerDraft], _ layers: [Layer]
  ) throws(ModelFault) -> ONNXSource {
    let chainNodes = nodes.map { node in
      var product: AffineProduct?
      for case .product(let found) in node.steps { product = found }
      return ONNXSource.ChainNode(
        node: node.link.node, dataSlot: node.link.dataSlot, weightSlot: product?.weightSlot,
        storesUnitsAsRows: product?.storesUnitsAsRows ?? false,
        shapeBefore: node.shapeBefore, shapeAfter: node.shapeAfter)
    }
    let fused = zip(drafts, layers).map { draft, layer in
      var position: Int?
      if case .dense(_, _, let place) = draft.linear { position = place }
      return ONNXSource.FusedLayer(members: draft.members, product: position, layer: layer)
    }
    return ONNXSource(
      model: model, chain: chainNodes,
      outputMaps: try chain.tail.map { link throws(ModelFault) in
        try NodeSummary.outputMap(link, of: model)
      },
      layers: fused,
      inputName: inventory.inputName, outputName: chain.outputName)
  }
}
