/// Gives out names that a graph does not use yet.
struct FreshNames {
  private var used: Set<String>

  /// Knows all names of a graph: of values, initializers, inputs and nodes.
  init(_ graph: Onnx_GraphProto) {
    used = Set(graph.initializer.map(\.name) + graph.input.map(\.name) + graph.output.map(\.name))
    for node in graph.node {
      used.insert(node.name)
      used.formUnion(node.input)
      used.formUnion(node.output)
    }
  }

  /// `base` itself if it is free, else `base` with a number.
  mutating func take(_ base: String) -> String {
    var name = base
    var number = 1
    while !used.insert(name).inserted {
      number += 1
      name = "\(base)_\(number)"
    }
    return name
  }
}
