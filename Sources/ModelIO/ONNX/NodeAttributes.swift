/// The attributes of one node, each with the type that its operator gives it.
struct NodeAttributes {
  private let byName: [String: Onnx_AttributeProto]

  /// The attributes of `node`; a name that stands twice keeps its first value.
  init(_ node: Onnx_NodeProto) {
    byName = Dictionary(
      node.attribute.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The types of the attributes that are honoured.
  private static let types: [String: Onnx_AttributeProto.AttributeType] = [
    "alpha": .float, "beta": .float, "transA": .int, "transB": .int, "axis": .int, "to": .int,
    "saturate": .int, "allowzero": .int, "axes": .ints, "perm": .ints, "ratio": .float,
    "seed": .int, "value": .tensor, "value_float": .float, "value_floats": .floats,
    "value_int": .int, "value_ints": .ints,
  ]

  /// True if an attribute has the type that its operator gives it; old files leave the type out.
  static func hasRightType(_ attribute: Onnx_AttributeProto) -> Bool {
    !attribute.hasType || types[attribute.name].map { $0 == attribute.type } ?? true
  }

  /// An integer attribute, or `defaultValue` if it is absent; nil if it has another type.
  func integer(_ name: String, default defaultValue: Int) -> Int? {
    guard let attribute = byName[name] else { return defaultValue }
    return isType(.int, attribute) ? Int(attribute.i) : nil
  }

  /// A float attribute, or `defaultValue` if it is absent; nil if it has another type.
  func float(_ name: String, default defaultValue: Float) -> Float? {
    guard let attribute = byName[name] else { return defaultValue }
    return isType(.float, attribute) ? attribute.f : nil
  }

  /// A list of integers, or nil if it is absent or has another type.
  func integers(_ name: String) -> [Int]? {
    guard let attribute = byName[name], isType(.ints, attribute) else { return nil }
    return attribute.ints.map { Int($0) }
  }

  /// The attribute itself.
  subscript(name: String) -> Onnx_AttributeProto? { byName[name] }

  /// Files of format version 1 leave the type out.
  private func isType(
    _ type: Onnx_AttributeProto.AttributeType, _ attribute: Onnx_AttributeProto
  ) -> Bool {
    attribute.type == type || !attribute.hasType
  }
}
