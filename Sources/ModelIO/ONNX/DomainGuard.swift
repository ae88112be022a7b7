internal import ExactArithmetic
public import NeuralNetwork
internal import SwiftProtobuf

/// Writes a small ONNX model that says whether an input lies in a domain.
///
/// Outputs, one per sample: `inside`, and `violation`, 0 inside and otherwise by how much the worst
/// condition is missed. A NaN is outside. Both are exact for a box: bounds are rounded inward to the stored type, which
/// loses no input of that type. With rows or a ball, sums round in a runtime; so these conditions are
/// tightened by a bound on that, and inputs within it of the border are refused.
public enum DomainGuard {
  /// The bytes of the guard, with the input of `model`.
  ///
  /// - Throws: `ModelError` with `ModelFault.notWritable`.
  public static func onnx(
    _ domain: InputDomain, for model: ImportedModel
  ) throws(ModelError) -> [UInt8] {
    do throws(ModelFault) {
      var writer = GuardWriter(domain, for: model)
      return try writer.bytes()
    } catch {
      throw ModelError(file: "guard", fault: error)
    }
  }
}

/// The graph of a guard while it grows.
private struct GuardWriter {
  private let domain: InputDomain
  private let input: Onnx_ValueInfoProto
  private let hasBatch: Bool
  private var graph = Onnx_GraphProto()
  /// For each kind of condition, by how much a sample misses the worst one.
  private var misses: [String] = []
  /// For each kind of condition, whether a sample meets all; comparisons say no of a NaN.
  private var fits: [String] = []

  init(_ domain: InputDomain, for model: ImportedModel) {
    self.domain = domain
    let code = TensorEncoding.dataType(of: model.network.scalarType)
    let old = model.onnx.flatMap { source in
      source.model.graph.input.first { info in
        !source.model.graph.initializer.contains { $0.name == info.name }
      }
    }
    input =
      old
      ?? Onnx_ValueInfoProto(
        name: "input", elementType: code,
        dimensions: [.dimParam("batch"), .dimValue(Int64(model.network.inputCount))])
    let axes = input.type.tensorType.shape.dim.count
    hasBatch = axes > 1 && !(model.onnx?.chain.first?.shapeBefore.isColumn ?? false)
  }

  mutating func bytes() throws(ModelFault) -> [UInt8] {
    graph.name = "domain"
    graph.input = [input]
    try build()
    var model = Onnx_ModelProto()
    model.irVersion = 8
    model.producerName = "espalier"
    var operators = Onnx_OperatorSetIdProto()
    operators.version = 17
    model.opsetImport = [operators]
    model.graph = graph
    do {
      return try model.serializedBytes(partial: true)
    } catch {
      throw .notWritable(place: "the guard", reason: "it does not fit in one file (\(error))")
    }
  }

  private mutating func build() throws(ModelFault) {
    add("Flatten", [input.name], "x", attributes: [integer("axis", hasBatch ? 1 : 0)])
    try addBox()
    if !domain.rows.isEmpty { try addRows() }
    if let ball = domain.ball { try addBall(ball) }
    for (i, fit) in fits.enumerated().dropFirst() {
      add("And", [i == 1 ? fits[0] : "fits_\(i - 1)", fit], "fits_\(i)")
    }
    add("Identity", [fits.count == 1 ? fits[0] : "fits_\(fits.count - 1)"], "inside")
    try store("zero", [0], dimensions: [])
    try store("least", [inputType == .float32 ? 0x1p-126 : 0x1p-1022], dimensions: [])
    add("Max", misses + ["least"], "miss")
    add("Where", ["inside", "zero", "miss"], "violation")
    let batch = Onnx_TensorShapeProto.Dimension.OneOf_Value.dimParam("batch")
    graph.output = [
      Onnx_ValueInfoProto(
        name: own("violation"), elementType: TensorEncoding.dataType(of: inputType),
        dimensions: [batch]),
      Onnx_ValueInfoProto(
        name: own("inside"), elementType: Int32(Onnx_TensorProto.DataType.bool.rawValue),
        dimensions: [batch]),
    ]
  }

  /// The type of the inputs.
  private var inputType: ScalarType {
    input.type.tensorType.elemType == TensorEncoding.dataType(of: .float64) ? .float64 : .float32
  }

  private mutating func addBox() throws(ModelFault) {
    try store("lower", domain.box.lower.map { rounded($0, .up) })
    try store("upper", domain.box.upper.map { rounded($0, .down) })
    add("Sub", ["x", "upper"], "above")
    add("Sub", ["lower", "x"], "below")
    add("Max", ["above", "below"], "outside")
    reduce("outside", "box_miss")
    add("LessOrEqual", ["x", "upper"], "fits_above")
    add("LessOrEqual", ["lower", "x"], "fits_below")
    add("And", ["fits_above", "fits_below"], "fits_box")
    allOf("fits_box", "box_fits")
  }

  private mutating func addRows() throws(ModelFault) {
    let count = domain.inputCount
    var matrix = [Double](repeating: 0, count: count * domain.rows.count)
    var bounds: [Double] = []
    for (r, row) in domain.rows.enumerated() {
      var size = abs(row.bound)
      for term in row.terms {
        matrix[term.input * domain.rows.count + r] = nearest(term.coefficient)
        size += abs(term.coefficient) * reach(term.input)
      }
      bounds.append(rounded(row.bound - margin(size, terms: row.terms.count), .down))
    }
    try store("rows", matrix, dimensions: [count, domain.rows.count])
    try store("bounds", bounds)
    add("MatMul", ["x", "rows"], "sums")
    add("Sub", ["sums", "bounds"], "beyond")
    reduce("beyond", "row_miss")
    add("LessOrEqual", ["sums", "bounds"], "fits_rows")
    allOf("fits_rows", "rows_fit")
  }

  private mutating func addBall(_ ball: L1Ball) throws(ModelFault) {
    try store("center", ball.center.map(nearest))
    // Distances are not negative, so roundings of their sum are relative to the radius.
    let centers = ball.center.reduce(0) { $0 + abs($1) }
    let radius =
      ball.radius - margin(ball.radius, terms: ball.center.count) - margin(centers, terms: 0)
    try store("radius", [rounded(radius, .down)], dimensions: [])
    add("Sub", ["x", "center"], "from_center")
    add("Abs", ["from_center"], "distances")
    var axes = Onnx_TensorProto()
    axes.name = own("axes")
    TensorEncoding.store(integers: [1], in: &axes)
    graph.initializer.append(axes)
    add("ReduceSum", ["distances", "axes"], "distance", attributes: [integer("keepdims", 0)])
    add("Sub", ["distance", "radius"], "ball_miss")
    misses.append("ball_miss")
    add("LessOrEqual", ["distance", "radius"], "ball_fits")
    fits.append("ball_fits")
  }

  // MARK: Numbers

  private func reach(_ input: Int) -> Double {
    max(abs(domain.box.lower[input]), abs(domain.box.upper[input]))
  }

  /// More than a runtime can err in a sum of that size, stored coefficients included.
  private func margin(_ size: Double, terms: Int) -> Double {
    let unit = inputType == .float32 ? 0x1p-24 : 0x1p-53
    return size * unit * Double(4 * (terms + 4)) + (inputType == .float32 ? 0x1p-120 : 0x1p-1000)
  }

  private func nearest(_ value: Double) -> Double {
    inputType == .float32 ? Double(Float(value)) : value
  }

  /// The nearest stored number on one side.
  private func rounded(_ value: Double, _ direction: RoundingDirection) -> Double {
    guard inputType == .float32 else { return value }
    let near = Float(value)
    switch direction {
    case .down: return Double(Double(near) > value ? near.nextDown : near)
    case .up, .nearestEven: return Double(Double(near) < value ? near.nextUp : near)
    }
  }

  // MARK: Nodes

  private mutating func store(
    _ name: String, _ values: [Double], dimensions: [Int]? = nil
  ) throws(ModelFault) {
    var tensor = Onnx_TensorProto()
    tensor.name = own(name)
    let dimensions = dimensions ?? [values.count]
    guard TensorEncoding.store(values, dimensions: dimensions, type: inputType, in: &tensor) else {
      throw .notWritable(place: "the guard", reason: "a bound is not a \(inputType.rawValue)")
    }
    graph.initializer.append(tensor)
  }

  /// The largest number of each sample.
  private mutating func reduce(_ name: String, _ output: String) {
    add("ReduceMax", [name], output, attributes: overFeatures)
    misses.append(output)
  }

  /// Whether all conditions of each sample hold.
  private mutating func allOf(_ name: String, _ output: String) {
    let number = Onnx_TensorProto.DataType.float.rawValue
    add("Cast", [name], "\(name)_as_number", attributes: [integer("to", number)])
    add("ReduceMin", ["\(name)_as_number"], "\(name)_all", attributes: overFeatures)
    let bool = Onnx_TensorProto.DataType.bool.rawValue
    add("Cast", ["\(name)_all"], output, attributes: [integer("to", bool)])
    fits.append(output)
  }

  private var overFeatures: [Onnx_AttributeProto] {
    var axes = Onnx_AttributeProto()
    axes.name = "axes"
    axes.type = .ints
    axes.ints = [1]
    return [axes, integer("keepdims", 0)]
  }

  private mutating func add(
    _ op: String, _ inputs: [String], _ output: String, attributes: [Onnx_AttributeProto] = []
  ) {
    let inputs = op == "Flatten" ? inputs : inputs.map(own)
    var node = PlainONNX.node(op, name: "", inputs, own(output))
    node.attribute = attributes
    graph.node.append(node)
  }

  /// A name that the input does not have.
  private func own(_ name: String) -> String { name == input.name ? "\(name)_" : name }

  private func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    attribute.type = .int
    attribute.i = Int64(value)
    return attribute
  }
}
