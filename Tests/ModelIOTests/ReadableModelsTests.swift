import ModelIO
import NeuralNetwork
import Testing

/// Models as exporters write them.
struct ReadableModelsTests {
  static let thirdPartyNames = [
    "fc1", "fc2", "fc_2-2-3", "mnist2x10", "test_nano_vnncomp", "test_small_vnncomp",
    "test_tiny_vnncomp", "mnist_2_20", "mnist_relu_3_50", "ACASXU_run2a_1_1_batch_2000",
  ]
  /// Exports of one and the same function.
  static let sameFunctionNames = [
    "dynamo_default", "dynamo_dynbatch", "dynamo_inline_op18", "own_float_data",
    "own_gemm_batch1_op13", "own_gemm_flatten_op13", "own_gemm_float64_op13",
    "own_gemm_notrans_op11", "own_matmul_add_op18",
    "own_matmul_add_op7_ir3_initializers_as_inputs", "ts_flatten_op11_static",
    "ts_flatten_op13_static", "ts_flatten_op17_static", "ts_flatten_op9_static",
    "ts_logsoftmax_op13", "ts_plain_autonames_op17", "ts_view_op13_static",
  ]
  static let variantNames =
    sameFunctionNames + ["own_normalise_inside_64-64", "ts_float64_50-50"]

  @Test(arguments: thirdPartyNames)
  func thirdParty(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path("models/thirdparty/\(name).onnx"))
    #expect(model.layerOrigins.count == model.network.layers.count)
    #expect(model.summary.notes.isEmpty)
  }

  @Test(arguments: sameFunctionNames)
  func variantsAreOneFunction(_ name: String) throws {
    let reference = try ModelReader.read(
      path: Fixture.path("models/variants/own_gemm_batch1_op13.onnx"))
    let model = try ModelReader.read(path: Fixture.path("models/variants/\(name).onnx"))
    #expect(model.network.layers == reference.network.layers)
    #expect(model.network.scalarType == (name.contains("float64") ? .float64 : .float32))
    #expect(model.summary.tail.map(\.op) == (name.contains("logsoftmax") ? ["LogSoftmax"] : []))
    #expect(model.files.count == (name == "dynamo_default" ? 2 : 1))
  }

  @Test func normalisationStaysExact() throws {
    let model = try ModelReader.read(
      path: Fixture.path("models/variants/own_normalise_inside_64-64.onnx"))
    #expect(model.layerOrigins.map(\.isElementwise) == [true, true, false, false, false])
    #expect(model.network.layers[0].activations.allSatisfy { $0 == .identity })
    #expect(model.network.layers[0].biases[0] == -Double(Float(0.1307)))
    #expect(model.summary.notes.count == 1)
  }
}
