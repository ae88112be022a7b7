import ExactArithmetic
import ModelIO
import NeuralNetwork
import Testing

/// Reading, writing and reading again.
struct ModelWriterTests {
  static let models =
    ReadableModelsTests.variantNames.map { "models/variants/\($0).onnx" }
    + ReadableModelsTests.thirdPartyNames.map { "models/thirdparty/\($0).onnx" }
    + [
      "malformed/unknown_fields.onnx", "malformed/gemm_alpha.onnx", "malformed/relu_last.onnx",
      "malformed/ext_ok.onnx", "malformed/escape_names.onnx", "models/edge/tent_depth3.onnx",
    ]

  /// One model of each shape that the rewriting treats in its own way.
  static let kinds =
    [
      "dynamo_default", "own_matmul_add_op7_ir3_initializers_as_inputs", "ts_logsoftmax_op13",
      "ts_view_op13_static", "own_gemm_notrans_op11",
    ].map { "models/variants/\($0).onnx" }
    + [
      "fc1", "fc_2-2-3", "test_nano_vnncomp", "test_small_vnncomp", "mnist_2_20",
      "ACASXU_run2a_1_1_batch_2000",
    ].map { "models/thirdparty/\($0).onnx" }
    + models.suffix(6) + GraphFormsTests.names.map { "models/forms/\($0).onnx" }

  @Test(arguments: kinds)
  func unchangedNetworkKeepsNames(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path(name))
    let bytes = try ModelWriter.onnx(
      model.network, origins: model.network.layers.indices.map { $0 }, replacing: model,
      metadata: [(key: "espalier", value: "test")])
    let again = try reread(bytes)
    #expect(again.network == model.network)
    #expect(again.summary.nodes == model.summary.nodes)
    #expect(again.summary.inputs == model.summary.inputs)
    #expect(again.summary.outputs == model.summary.outputs)
    #expect(again.layerOrigins == model.layerOrigins)
    #expect(again.files.count == 1)
  }

  @Test(arguments: kinds)
  func halfOfTheHiddenUnits(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path(name))
    let network = try halved(model.network)
    let bytes = try ModelWriter.onnx(
      network, origins: network.layers.indices.map { $0 }, replacing: model, metadata: [])
    let again = try reread(bytes)
    #expect(again.network == network)
    #expect(again.summary.tail == model.summary.tail)
    #expect(again.summary.outputs == model.summary.outputs)
  }

  @Test(arguments: kinds)
  func oneNewLayerForAll(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path(name))
    let weights = Matrix(
      rowCount: model.network.outputCount, columnCount: model.network.inputCount,
      elements: (0..<model.network.outputCount * model.network.inputCount).map {
        Double($0 % 7) - 3
      })
    let layer = Layer(
      weights: weights, biases: (0..<weights.rowCount).map { Double($0) }, activation: .identity)
    let network = try Network(layers: [layer], scalarType: model.network.scalarType)
    let bytes = try ModelWriter.onnx(network, origins: [nil], replacing: model, metadata: [])
    let again = try reread(bytes)
    #expect(again.network == network)
    #expect(again.summary.outputs == model.summary.outputs)
  }

  @Test(arguments: kinds)
  func newLayersAroundKeptOnes(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path(name))
    var layers: [Layer] = []
    var origins: [Int?] = []
    for (k, layer) in model.network.layers.enumerated() {
      layers.append(layer)
      origins.append(k)
      let count = layer.unitCount
      let elements = (0..<count * count).map { $0 % (count + 1) == 0 ? 2.0 : $0 % 3 == 0 ? 1 : 0 }
      layers.append(
        Layer(
          weights: Matrix(rowCount: count, columnCount: count, elements: elements),
          biases: Array(repeating: 0, count: count),
          activation: k % 2 == 0 ? .relu : .identity))
      origins.append(nil)
    }
    let network = try Network(layers: layers, scalarType: model.network.scalarType)
    let bytes = try ModelWriter.onnx(network, origins: origins, replacing: model, metadata: [])
    #expect(try reread(bytes).network == network)
  }

  @Test func keepsBytesWithoutChanges() throws {
    for name in [
      "models/variants/ts_flatten_op13_static", "models/variants/dynamo_inline_op18",
      "malformed/unknown_fields", "models/thirdparty/fc1",
    ] {
      let path = Fixture.path("\(name).onnx")
      let model = try ModelReader.read(path: path)
      let bytes = try ModelWriter.onnx(
        model.network, origins: model.network.layers.indices.map { $0 }, replacing: model,
        metadata: [])
      #expect(bytes == fileBytes(path), "\(name)")
    }
  }

  @Test func normalisationInsideIsKeptOrReplaced() throws {
    let model = try ModelReader.read(
      path: Fixture.path("models/variants/own_normalise_inside_64-64.onnx"))
    let network = try halved(model.network, from: 2)
    let bytes = try ModelWriter.onnx(
      network, origins: [0, 1, 2, 3, 4], replacing: model, metadata: [])
    let again = try reread(bytes)
    #expect(again.network == network)
    #expect(again.summary.nodes == model.summary.nodes)
  }

  /// With zeros the scalings before the matrix would fold into it; they get matrices instead.
  @Test func layersThatWouldFoldStayApart() throws {
    let model = try ModelReader.read(path: Fixture.path("models/forms/normalise_inexactly.onnx"))
    var layers = model.network.layers
    let old = layers[2].weights
    let zeros = Matrix(
      rowCount: old.rowCount, columnCount: old.columnCount, elements: old.elements.map { _ in 0 })
    layers[2] = Layer(weights: zeros, biases: layers[2].biases, activation: .relu)
    let network = try Network(layers: layers, scalarType: .float32)
    let bytes = try ModelWriter.onnx(
      network, origins: [0, 1, 2, 3], replacing: model, metadata: [])
    let again = try reread(bytes)
    #expect(again.network == network)
    #expect(again.summary.nodes.map(\.op) == ["Gemm", "Gemm", "Gemm", "Relu", "Gemm"])
  }

  @Test(arguments: ScalarType.allCases)
  func newNetworksBecomePlainModels(type: ScalarType) throws {
    let hidden = Layer(
      weights: Matrix(rows: [[1, -2], [0.5, 0]]), biases: [0, 3], activation: .relu)
    let output = Layer(weights: Matrix(rows: [[4, 1]]), biases: [-1], activation: .identity)
    let network = try Network(layers: [hidden, output], scalarType: type)
    let bytes = try ModelWriter.onnx(new: network, name: "new.onnx", metadata: [("key", "value")])
    let again = try reread(bytes)
    #expect(again.network == network)
    #expect(again.summary.nodes.map(\.op) == ["Gemm", "Relu", "Gemm"])
    let mixed = Layer(
      weights: Matrix(rows: [[1], [1]]), biases: [0, 0], activations: [.relu, .identity])
    let unwritable = try Network(layers: [mixed], scalarType: type)
    #expect(throws: ModelError.self) {
      try ModelWriter.onnx(new: unwritable, name: "new.onnx", metadata: [])
    }
  }

  @Test func metadataIsAddedOnce() throws {
    let model = try ModelReader.read(path: Fixture.path("malformed/ok_plain.onnx"))
    var written = model
    for value in ["first-value", "second-value"] {
      let bytes = try ModelWriter.onnx(
        model.network, origins: [0, 1], replacing: written,
        metadata: [(key: "espalier.plan", value: value)])
      written = try reread(bytes)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains("espalier.plan") && text.contains(value))
      #expect(value == "first-value" || !text.contains("first-value"))
    }
  }

  @Test func refusesWhatItCannotWrite() throws {
    let model = try ModelReader.read(path: Fixture.path("malformed/ok_plain.onnx"))
    let layers = model.network.layers
    let mixed = Layer(
      weights: layers[0].weights, biases: layers[0].biases,
      activations: [.identity] + layers[0].activations.dropFirst())
    let network = try Network(layers: [mixed, layers[1]], scalarType: .float32)
    for (candidate, origins) in [
      (network, [0, 1] as [Int?]), (model.network, [1, 0]), (model.network, [0]),
      (model.network, [0, 7]), (model.network, [0, 0]),
    ] {
      let error = #expect(throws: ModelError.self) {
        try ModelWriter.onnx(candidate, origins: origins, replacing: model, metadata: [])
      }
      guard case .notWritable = error?.fault else {
        Issue.record("found \(String(describing: error))")
        continue
      }
    }
  }

  private func reread(_ bytes: [UInt8]) throws -> ImportedModel {
    let folder = ScratchFolder()
    return try ModelReader.read(path: folder.write(bytes, as: "written.onnx"))
  }

  /// The network with half of the units of each hidden layer from `start` on cut away.
  private func halved(_ network: Network, from start: Int = 0) throws -> Network {
    var columns = Array(0..<network.inputCount)
    var layers: [Layer] = []
    for (k, layer) in network.layers.enumerated() {
      let isLast = k == network.layers.count - 1
      let isKept = isLast || k < start
      let rows = Array(0..<(isKept ? layer.unitCount : (layer.unitCount + 1) / 2))
      layers.append(
        Layer(
          weights: layer.weights.selecting(rows: rows, columns: columns),
          biases: rows.map { isLast ? 0.25 : layer.biases[$0] },
          activations: rows.map { layer.activations[$0] }))
      columns = rows
    }
    return try Network(layers: layers, scalarType: network.scalarType)
  }
}
