internal import ExactArithmetic
internal import NeuralNetwork

/// The pass that reads the numbers of each node on the chain and tracks the shape of the data.
struct NodeLowering {
  private let graph: Onnx_GraphProto
  let constants: ConstantTable
  let scalarType: ScalarType
  private(set) var shape: DataShape
  private var elementCount = 0
  private var elementwiseCount = 0
  /// What a user must know about the reading.
  var notes = NoteList()

  /// Lowering of data of the given shape.
  init(
    _ graph: Onnx_GraphProto, constants: ConstantTable, scalarType: ScalarType, input: DataShape
  ) {
    self.graph = graph
    self.constants = constants
    self.scalarType = scalarType
    shape = input
  }

  /// Lowers the next node of the chain.
  mutating func lower(_ link: GraphChain.Link) throws(ModelFault) -> LoweredNode {
    let node = graph.node[link.node]
    let before = shape
    let steps: [AffineStep]
    switch node.opType {
    case "Relu":
      try checkInputs(of: node, 1...1)
      steps = [.relu]
    case "Gemm": steps = try gemm(node, link)
    case "MatMul": steps = [.product(try matrixProduct(node, link))]
    case "Add", "Sub", "Mul", "Div": steps = [try elementwise(node, link)]
    default:
      shape = try reshaped(node, link)
      steps = [.reshape]
    }
    return LoweredNode(link: link, steps: steps, shapeBefore: before, shapeAfter: shape)
  }

  // MARK: Products

  private mutating func gemm(
    _ node: Onnx_NodeProto, _ link: GraphChain.Link
  ) throws(ModelFault) -> [AffineStep] {
    try checkInputs(of: node, 2...3)
    let attributes = NodeAttributes(node)
    guard link.dataSlot == 0, shape.axes.count == 2, shape.hasFeaturesLast else {
      throw mismatch(node, expected: "data of shape [batch, features] as first input")
    }
    guard let transposes = attributes.integer("transB", default: 0),
      let alpha = attributes.float("alpha", default: 1), alpha.isFinite,
      let beta = attributes.float("beta", default: 1), beta.isFinite
    else { throw malformed(node, "alpha, beta and transB must be finite numbers") }
    let weights = try matrix(node.input[1], unitsAreRows: transposes != 0, node)
    let hasBias = node.input.count == 3 && !node.input[2].isEmpty
    let stored = hasBias ? try expanded(node.input[2], node, to: weights.rowCount) : nil
    shape = shape.replacingLast(with: weights.rowCount)
    let product = AffineProduct(
      weights: weights, biases: stored, weightSlot: 1, storesUnitsAsRows: transposes != 0)
    guard
      let steps = Self.scaled(
        product, alpha: Double(alpha), beta: Double(beta), type: scalarType)
    else { throw malformed(node, "beta · C is not a \(scalarType.rawValue); fold it on export") }
    return steps
  }

  /// `alpha · W x + beta · c` as one product if that is exact, else as a product and a scaling.
  private static func scaled(
    _ product: AffineProduct, alpha: Double, beta: Double, type: ScalarType
  ) -> [AffineStep]? {
    if alpha == 1, beta == 1 || product.biases == nil { return [.product(product)] }
    let zeros = [Double](repeating: 0, count: product.weights.rowCount)
    let factors = zeros.map { _ in beta }
    guard
      let biases = ExactFolding.products(factors, product.biases ?? zeros, in: type)
    else { return nil }
    if let elements = ExactFolding.scaled(product.weights.elements, by: alpha, in: type) {
      let weights = Matrix(
        rowCount: product.weights.rowCount, columnCount: product.weights.columnCount,
        elements: elements)
      return [.product(product.replacing(weights: weights, biases: biases))]
    }
    return [
      .product(product.replacing(weights: product.weights, biases: nil)),
      .elementwise(scale: zeros.map { _ in alpha }, shift: biases),
    ]
  }

  private mutating func matrixProduct(
    _ node: Onnx_NodeProto, _ link: GraphChain.Link
  ) throws(ModelFault) -> AffineProduct {
    try checkInputs(of: node, 2...2)
    let isDataLeft = link.dataSlot == 0
    let count = shape.axes.count
    guard isDataLeft ? shape.hasFeaturesLast : (count == 1 || shape.isColumn) else {
      throw mismatch(
        node, expected: isDataLeft ? "data with all features on the last axis" : "a column of data")
    }
    let weights = try matrix(node.input[isDataLeft ? 1 : 0], unitsAreRows: !isDataLeft, node)
    if isDataLeft || count == 1 {
      shape = shape.replacingLast(with: weights.rowCount)
    } else {
      shape = shape.replacingColumn(with: weights.rowCount)
    }
    return AffineProduct(
      weights: weights, biases: nil, weightSlot: isDataLeft ? 1 : 0,
      storesUnitsAsRows: !isDataLeft)
  }

  private mutating func matrix(
    _ name: String, unitsAreRows: Bool, _ node: Onnx_NodeProto
  ) throws(ModelFault) -> Matrix {
    let tensor = try floats(name)
    guard tensor.dimensions.count == 2 else {
      throw .shapeMismatch(
        place: "weight \(PrintableName(name)) of node \(NodeSummary(node).name)",
        expected: "2 dimensions", found: "\(tensor.dimensions)")
    }
    let inputCount = tensor.dimensions[unitsAreRows ? 1 : 0]
    guard inputCount == shape.featureCount, !tensor.elements.isEmpty else {
      throw .shapeMismatch(
        place: "weight \(PrintableName(name)) of node \(NodeSummary(node).name)",
        expected: "\(shape.featureCount) inputs and at least one unit",
        found: "dimensions \(tensor.dimensions)")
    }
    try spend(tensor.elements.count)
    let matrix = Matrix(
      rowCount: tensor.dimensions[0], columnCount: tensor.dimensions[1],
      elements: tensor.elements)
    return unitsAreRows ? matrix : matrix.transposed
  }

  // MARK: Elementwise

  private mutating func elementwise(
    _ node: Onnx_NodeProto, _ link: GraphChain.Link
  ) throws(ModelFault) -> AffineStep {
    try checkInputs(of: node, 2...2)
    elementwiseCount += shape.featureCount
    guard elementwiseCount <= ModelLimits.elementwiseNumbers else {
      throw .overLimit(
        place: "numbers of nodes that work feature by feature",
        limit: ModelLimits.elementwiseNumbers, found: "more")
    }
    let values = try broadcast(node.input[1 - link.dataSlot], node)
    let zeros = values.map { _ in 0.0 }
    let ones = values.map { _ in 1.0 }
    let isDataLeft = link.dataSlot == 0
    switch node.opType {
    case "Add": return .elementwise(scale: ones, shift: values)
    case "Sub" where isDataLeft:
      return .elementwise(scale: ones, shift: values.map { $0 == 0 ? 0 : -$0 })
    case "Sub": return .elementwise(scale: ones.map { -$0 }, shift: values)
    case "Mul": return .elementwise(scale: values, shift: zeros)
    default:
      guard isDataLeft else { throw malformed(node, "it divides by the data") }
      return .elementwise(scale: try reciprocals(values, node), shift: zeros)
    }
  }

  /// Weights are stored numbers, and few reciprocals are: the nearest ones are taken, with a note.
  private mutating func reciprocals(
    _ values: [Double], _ node: Onnx_NodeProto
  ) throws(ModelFault) -> [Double] {
    var seen: Set<Double> = []
    var results: [Double] = []
    for value in values {
      let result = scalarType == .float32 ? Double(1 / Float(value)) : 1 / value
      guard result.isFinite, result != 0 else {
        throw malformed(node, "expected divisors with a finite reciprocal, found \(value)")
      }
      results.append(result)
      if seen.insert(value).inserted, Dyadic(value) * Dyadic(result) != .one {
        notes.add(
          "node \(NodeSummary(node).name): division by \(value) is read as multiplication by "
            + "\(result), the nearest \(scalarType.rawValue)")
      }
    }
    return results
  }

  /// The constant `name` spread over the features; it must not enlarge the data.
  private mutating func broadcast(
    _ name: String, _ node: Onnx_NodeProto
  ) throws(ModelFault) -> [Double] {
    let tensor = try floats(name)
    let rank = max(tensor.dimensions.count, shape.axes.count)
    let missing = rank - shape.axes.count
    let axes = Array(repeating: DataShape.Axis.features(1), count: missing) + shape.axes
    let sizes =
      Array(repeating: 1, count: rank - tensor.dimensions.count) + tensor.dimensions
    for (axis, size) in zip(axes, sizes) {
      let isFitting = size == 1 || axis == .features(size)
      guard isFitting else {
        throw .shapeMismatch(
          place: "constant \(PrintableName(name)) of node \(NodeSummary(node).name)",
          expected: "the same numbers for each sample, broadcast to \(shape)",
          found: "\(tensor.dimensions)")
      }
    }
    shape = DataShape(axes: axes, batchSize: shape.batchSize)
    return Self.spread(tensor.elements, sizes: sizes, axes: axes)
  }

  private static func spread(
    _ elements: [Double], sizes: [Int], axes: [DataShape.Axis]
  ) -> [Double] {
    var values = elements
    var inner = 1
    for (axis, size) in zip(axes, sizes).reversed() {
      guard case .features(let count) = axis else { continue }
      if size == 1, count > 1 {
        values = stride(from: 0, to: values.count, by: inner).flatMap { start in
          repeatElement(values[start..<start + inner], count: count).joined()
        }
      }
      inner *= count
    }
    return values
  }

  /// A bias, spread over the units.
  private mutating func expanded(
    _ name: String, _ node: Onnx_NodeProto, to unitCount: Int
  ) throws(ModelFault) -> [Double] {
    let tensor = try floats(name)
    let isRow = tensor.dimensions.last == unitCount && tensor.elements.count == unitCount
    guard isRow || tensor.elements.count == 1, tensor.dimensions.count <= 2 else {
      throw .shapeMismatch(
        place: "bias \(PrintableName(name)) of node \(NodeSummary(node).name)",
        expected: "\(unitCount) numbers", found: "dimensions \(tensor.dimensions)")
    }
    return isRow ? tensor.elements : Array(repeating: tensor.elements[0], count: unitCount)
  }

  // MARK: Checks

  private func floats(_ name: String) throws(ModelFault) -> StoredTensor {
    let tensor = try constants.tensor(name)
    guard tensor.isFloat else {
      throw .badTensor(
        name: PrintableName(name).description,
        reason: "expected float32 or float64 numbers, found integers")
    }
    return tensor
  }

  private mutating func spend(_ count: Int) throws(ModelFault) {
    elementCount += count
    guard elementCount <= ModelLimits.networkElements else {
      throw .overLimit(
        place: "weights of the network", limit: ModelLimits.networkElements, found: "more")
    }
  }

  private func checkInputs(
    of node: Onnx_NodeProto, _ range: ClosedRange<Int>
  ) throws(ModelFault) {
    guard range.contains(node.input.count), node.output.count == 1 else {
      throw malformed(node, "it has \(node.input.count) inputs and \(node.output.count) outputs")
    }
  }

  func malformed(_ node: Onnx_NodeProto, _ reason: String) -> ModelFault {
    let summary = NodeSummary(node)
    return .malformed(place: "node \(summary.name) (\(summary.op))", reason: reason)
  }

  func mismatch(_ node: Onnx_NodeProto, expected: String) -> ModelFault {
    let summary = NodeSummary(node)
    return .shapeMismatch(
      place: "node \(summary.name) (\(summary.op))", expected: expected, found: "shape \(shape)")
  }
}
