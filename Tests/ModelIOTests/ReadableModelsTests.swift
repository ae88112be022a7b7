import ModelIO
import Testing

struct ReadableModelsTests {
  @Test(arguments: [
    "fc1", "fc2", "fc_2-2-3", "mnist2x10", "linear2-3_bn1-linear3-1", "KJ_TinyTaxiNet",
    "test_nano_vnncomp", "test_small_vnncomp", "test_tiny_vnncomp", "mnist_2_20",
    "mnist_relu_3_50", "ACASXU_run2a_1_1_batch_2000",
  ])
  func thirdParty(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path("models/thirdparty/\(name).onnx"))
    print(name, model.network.layers.map { "\($0.inputCount)->\($0.unitCount) \($0.activations[0])" }, model.summary.notes)
  }

  @Test(arguments: [
    "dynamo_default", "dynamo_dynbatch", "dynamo_inline_op18", "own_float_data",
    "own_gemm_batch1_op13", "own_gemm_flatten_op13", "own_gemm_float64_op13",
    "own_gemm_notrans_op11", "own_matmul_add_op18",
    "own_matmul_add_op7_ir3_initializers_as_inputs", "ts_flatten_op11_static",
    "ts_flatten_op13_static", "ts_flatten_op17_static", "ts_flatten_op9_static",
    "ts_logsoftmax_op13", "ts_plain_autonames_op17", "ts_view_op13_static", "own_normalise_inside_64-64", "ts_float64_50-50"
  ])
  func variants(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path("models/variants/\(name).onnx"))
    print(name, model.network.layers.map { "\($0.inputCount)->\($0.unitCount) \($0.activations[0])" }, model.summary.notes, model.summary.tail)
  }
}
