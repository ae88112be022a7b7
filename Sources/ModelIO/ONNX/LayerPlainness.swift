/// Tells which layers a runtime evaluates as one dot product and one bias per unit.
///
/// A layer can be an exact affine map and still be computed in several rounded operations: a
/// scaling that was folded into a matrix is a product of its own in the runtime.
///
/// - Source: `docs/certificate-format.md`, section 8.
struct LayerPlainness {
  private let nodes: [(node: Onnx_NodeProto, dataSlot: Int, steps: [AffineStep])]
  private let hasCast: Bool

  /// Tells it for a graph whose chain was lowered to `nodes`.
  init(_ graph: Onnx_GraphProto, nodes: [LoweredNode]) {
    self.nodes = nodes.map { (graph.node[$0.link.node], $0.link.dataSlot, $0.steps) }
    hasCast = self.nodes.contains { $0.node.opType == "Cast" }
  }

  /// True if the nodes at these places of the chain make a plain layer.
  func isPlain(_ members: [Int]) -> Bool {
    let operations = members.map { nodes[$0] }.filter {
      $0.node.opType != "Relu" && !Self.changesNothing($0.steps)
    }
    guard !hasCast, let product = operations.first else { return false }
    let rest = operations.dropFirst()
    switch product.node.opType {
    case "Gemm": return rest.isEmpty && Self.scalesByOne(product.node)
    case "MatMul":
      guard rest.count <= 1, let shift = rest.first else { return rest.isEmpty }
      return shift.node.opType == "Add" || shift.node.opType == "Sub" && shift.dataSlot == 0
    default: return false
    }
  }

  /// True for adding zeros and multiplying by ones, which a runtime does exactly, too.
  private static func changesNothing(_ steps: [AffineStep]) -> Bool {
    steps.allSatisfy { step in
      guard case .elementwise(let scale, let shift) = step else { return false }
      return scale.allSatisfy { $0 == 1 } && shift.allSatisfy { $0 == 0 }
    }
  }

  private static func scalesByOne(_ gemm: Onnx_NodeProto) -> Bool {
    let attributes = NodeAttributes(gemm)
    let hasBias = gemm.input.count == 3 && !gemm.input[2].isEmpty
    return attributes.float("alpha", default: 1) == 1
      && (!hasBias || attributes.float("beta", default: 1) == 1)
  }
}
