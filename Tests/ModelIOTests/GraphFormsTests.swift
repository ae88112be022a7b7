import ModelIO
import NeuralNetwork
import Testing

/// Every form of graph that is read, by models of a few units.
struct GraphFormsTests {
  static let names = [
    "computed_constants", "constant_minus_data", "double_inside", "gemm_scalar_bias",
    "gemm_scaled_exactly", "gemm_scaled_inexactly", "gemm_without_bias", "high_rank_matmul",
    "matmul_without_bias", "matrix_left_column", "matrix_left_vector", "normalise_exactly",
    "normalise_inexactly", "relu_first", "reshapes", "shared_weights", "softmax_and_argmax",
    "two_affine_maps",
  ]

  private func read(_ name: String) throws -> ImportedModel {
    try ModelReader.read(path: Fixture.path("models/forms/\(name).onnx"))
  }

  /// Which nodes make which layer; a star marks a layer that works feature by feature.
  @Test(arguments: [
    ("computed_constants", "MatMul Add Relu|Gemm"),
    ("constant_minus_data", "Sub MatMul Relu|Gemm"),
    ("gemm_scaled_exactly", "Gemm Relu|Gemm"),
    ("gemm_scaled_inexactly", "Gemm|*Gemm Relu|Gemm"),
    ("high_rank_matmul", "MatMul Add Relu|MatMul"),
    ("matrix_left_column", "MatMul Add Relu|MatMul"),
    ("normalise_exactly", "Sub Div Gemm Relu|Gemm"),
    ("normalise_inexactly", "*Sub|*Mul|Gemm Relu|Gemm"),
    ("relu_first", "*Relu Relu|Gemm Relu|Gemm"),
    ("shared_weights", "Gemm Relu|Gemm Relu|Gemm"),
    ("softmax_and_argmax", "Gemm Relu|Gemm"),
    ("two_affine_maps", "MatMul|MatMul Add Add Relu|Gemm"),
  ])
  func layersComeFromNodes(_ name: String, _ expected: String) throws {
    let origins = try read(name).layerOrigins.map { origin in
      (origin.isElementwise ? "*" : "") + origin.nodes.map(\.op).joined(separator: " ")
    }
    #expect(origins.joined(separator: "|") == expected)
  }

  /// Which layers a runtime evaluates as one product and one bias per unit.
  @Test(arguments: [
    ("computed_constants", "++"), ("constant_minus_data", "-+"), ("double_inside", "--"),
    ("gemm_scalar_bias", "++"), ("gemm_scaled_exactly", "-+"), ("gemm_scaled_inexactly", "--+"),
    ("gemm_without_bias", "++"), ("high_rank_matmul", "++"), ("matmul_without_bias", "++"),
    ("matrix_left_column", "++"), ("matrix_left_vector", "++"), ("normalise_exactly", "-+"),
    ("normalise_inexactly", "--++"), ("relu_first", "-++"), ("reshapes", "+++"),
    ("shared_weights", "+++"), ("softmax_and_argmax", "++"), ("two_affine_maps", "+-+"),
  ])
  func plainLayers(_ name: String, _ expected: String) throws {
    let model = try read(name)
    #expect(model.layerOrigins.map { $0.isPlain ? "+" : "-" }.joined() == expected)
    #expect(model.plainLayerCount == expected.prefix { $0 == "+" }.count)
  }

  @Test func scalarTypes() throws {
    #expect(try read("double_inside").network.scalarType == .float64)
    #expect(try read("double_inside").network.layers[0].biases == [0.1, 0.2, 0.3, 0.4])
    #expect(try read("double_inside").summary.notes.count == 1)
    #expect(try read("reshapes").network.scalarType == .float32)
  }

  @Test func tailIsKeptAside() throws {
    let model = try read("softmax_and_argmax")
    #expect(model.summary.tail.map(\.op) == ["Softmax", "Identity", "Softmax"])
    #expect(model.network.outputCount == 2)
  }

  @Test func scalingsFoldExactly() throws {
    let plain = try read("gemm_scaled_exactly").network.layers[0]
    #expect(plain.weights.elements.allSatisfy { ($0 * 16).rounded() == $0 * 16 })
    let layers = try read("gemm_scaled_inexactly").network.layers
    let factor = Double(Float(0.1))
    #expect(layers[1].weights[2, 2] == factor && layers[1].weights[2, 1] == 0)
    #expect(layers[0].activations.allSatisfy { $0 == .identity })
  }
}
