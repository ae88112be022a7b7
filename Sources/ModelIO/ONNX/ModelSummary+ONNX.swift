internal import ExactArithmetic
internal import NeuralNetwork
internal import SwiftProtobuf

extension ModelSummary {
  /// What an ONNX model says about itself.
  init(_ model: Onnx_ModelProto, scalarType: ScalarType, tail: [Int], notes: [String]) {
    let graph = model.graph
    let initialized = Set(graph.initializer.map(\.name))
    if !model.producerName.isEmpty {
      let version = model.producerVersion.isEmpty ? "" : " \(model.producerVersion)"
      producer = PrintableName.sentence(model.producerName + version)
    }
    irVersion = model.hasIrVersion ? Int(model.irVersion) : nil
    operatorSets = model.opsetImport.prefix(ModelLimits.notes).map {
      PrintableName.sentence("\($0.domain.isEmpty ? "ai.onnx" : $0.domain) \($0.version)")
    }
    inputs = graph.input.filter { !initialized.contains($0.name) }.map { ValueSummary($0) }
    outputs = graph.output.map { ValueSummary($0) }
    self.scalarType = scalarType
    nodes = graph.node.map { NodeSummary($0) }
    self.tail = tail.map { nodes[$0] }
    initializerByteCount = graph.initializer.reduce(0) { $0 + Self.byteCount(of: $1) }
    storedParameterCount = graph.initializer.reduce(0) { $0 + Self.parameterCount(of: $1) }
    self.notes = notes
  }

  private static func byteCount(of tensor: Onnx_TensorProto) -> Int {
    tensor.rawData.count + 4 * (tensor.floatData.count + tensor.int32Data.count)
      + 8 * (tensor.doubleData.count + tensor.int64Data.count + tensor.uint64Data.count)
  }

  private static func parameterCount(of tensor: Onnx_TensorProto) -> Int {
    switch Onnx_TensorProto.DataType(rawValue: Int(tensor.dataType)) {
    case .float: byteCount(of: tensor) / 4
    case .double: byteCount(of: tensor) / 8
    default: 0
    }
  }
}

extension NodeSummary {
  /// A node as what it computes: its operator with its version, its attributes and its constant
  /// inputs, whatever its names.
  static func outputMap(
    _ link: GraphChain.Link, of model: Onnx_ModelProto
  ) throws(ModelFault) -> String {
    let node = model.graph.node[link.node]
    let version = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version
    var parts: [String] = []
    for attribute in node.attribute {
      var bare = attribute
      bare.docString = ""
      parts.append("\(PrintableName(attribute.name)) \(try digest(of: bare))")
    }
    for (slot, name) in node.input.enumerated() where slot != link.dataSlot && !name.isEmpty {
      var tensor = model.graph.initializer.first { $0.name == name }
      tensor?.name = ""
      tensor?.docString = ""
      parts.append("input \(slot) \(try tensor.map(digest) ?? "computed")")
    }
    return (["\(NodeSummary(node).op) of version \(version ?? 0)"] + parts.sorted())
      .joined(separator: " ")
  }

  private static func digest(of message: some SwiftProtobuf.Message) throws(ModelFault) -> String {
    do {
      let bytes: [UInt8] = try message.serializedBytes(partial: true)
      return SHA256.hexDigest(of: bytes)
    } catch {
      throw .unsupported(place: "an output map", reason: "it cannot be compared (\(error))")
    }
  }
}

extension ValueSummary {
  /// An input or output of a graph.
  init(_ value: Onnx_ValueInfoProto) {
    let type = value.type.tensorType
    self.init(
      name: PrintableName(value.name).description,
      shape: type.shape.dim.prefix(ModelLimits.tensorRank).map { dimension in
        switch dimension.value {
        case .dimValue(let size): "\(size)"
        case .dimParam(let symbol): PrintableName.sentence(symbol)
        case nil: "?"
        }
      },
      elementType: TensorDecoding.typeName(Int(type.elemType)))
  }
}
