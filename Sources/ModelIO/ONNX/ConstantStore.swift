internal import ExactArithmetic

/// The constants of a graph that is being rewritten.
///
/// A constant that one node alone uses is replaced in place and keeps its name; any other gets a
/// copy under a fresh name, so that no other node sees the change.
struct ConstantStore {
  private(set) var initializers: [Onnx_TensorProto]
  /// The names of replaced and of new initializers.
  private(set) var changedNames: Set<String> = []
  /// The names of new initializers.
  private(set) var newNames: [String] = []
  private var positions: [String: Int] = [:]
  private var useCounts: [String: Int] = [:]

  /// The constants of `graph`.
  init(_ graph: Onnx_GraphProto) {
    initializers = graph.initializer
    for (i, tensor) in initializers.enumerated() { positions[tensor.name] = i }
    for name in graph.node.flatMap(\.input) + graph.output.map(\.name) {
      useCounts[name, default: 0] += 1
    }
  }

  /// Stores numbers in place of the constant `old`, or new ones; returns the name they have.
  mutating func store(
    _ values: [Double], dimensions: [Int], type: ScalarType, replacing old: String?,
    base: String, names: inout FreshNames
  ) throws(ModelFault) -> String {
    let (position, name) = place(replacing: old, base: base, names: &names)
    let isStored = TensorEncoding.store(
      values, dimensions: dimensions, type: type, in: &initializers[position])
    guard isStored else {
      throw .notWritable(
        place: "tensor \(PrintableName(name))", reason: "a number is not a \(type.rawValue)")
    }
    return name
  }

  /// Stores a shape in place of the constant `old`; returns the name it has.
  mutating func store(
    shape: [Int], replacing old: String, names: inout FreshNames
  ) -> String {
    let (position, name) = place(replacing: old, base: old, names: &names)
    TensorEncoding.store(integers: shape, in: &initializers[position])
    return name
  }

  /// Drops the initializers of these names.
  mutating func remove(_ names: Set<String>) {
    initializers.removeAll { names.contains($0.name) }
  }

  private mutating func place(
    replacing old: String?, base: String, names: inout FreshNames
  ) -> (position: Int, name: String) {
    if let old, let position = positions[old], useCounts[old] == 1 {
      changedNames.insert(old)
      return (position, old)
    }
    let name = names.take(base)
    var tensor = Onnx_TensorProto()
    tensor.name = name
    initializers.append(tensor)
    positions[name] = initializers.count - 1
    changedNames.insert(name)
    newNames.append(name)
    return (initializers.count - 1, name)
  }
}
