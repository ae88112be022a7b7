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

  @Test(arguments: models)
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

  @Test(arguments: models)
  func halfOfTheHiddenUnits(_ name: String) throws {
    let model = try ModelReader.read(path: Fixture.path(name))
    let network = try halved(model.network, biased: true)
    let bytes = try ModelWriter.onnx(
      network, origins: network.layers.indices.map { $0 }, replacing: model, metadata: [])
    let again = try reread(bytes)
    #expect(again.network == network)
    #expect(again.summary.tail == model.summary.tail)
    #expect(again.summary.outputs == model.summary.outputs)
  }

  @Test(arguments: models)
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

  @Test(arguments: models)
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
    for name in ["ts_flatten_op13_static", "own_gemm_flatten_op13", "dynamo_inline_op18"] {
      let path = Fixture.path("models/variants/\(name).onnx")
      let model = try ModelReader.read(path: path)
      let bytes = try ModelWriter.onnx(
        model.network, origins: [0, 1, 2], replacing: model, metadata: [])
      #expect(bytes == fileBytes(path), "\(name)")
    }
  }

  private func reread(_ bytes: [UInt8]) throws -> ImportedModel {
    let folder = ScratchFolder()
    return try ModelReader.read(path: folder.write(bytes, as: "written.onnx"))
  }

  /// The network with the second half of each hidden layer's units cut away.
  private func halved(_ network: Network, biased: Bool) throws -> Network {
    var columns = Array(0..<network.inputCount)
    var layers: [Layer] = []
    for (k, layer) in network.layers.enumerated() {
      let isLast = k == network.layers.count - 1
      let rows = Array(0..<(isLast ? layer.unitCount : (layer.unitCount + 1) / 2))
      layers.append(
        Layer(
          weights: layer.weights.selecting(rows: rows, columns: columns),
          biases: rows.map { biased && isLast ? 0.25 : layer.biases[$0] },
          activations: rows.map { layer.activations[$0] }))
      columns = rows
    }
    return try Network(layers: layers, scalarType: network.scalarType)
  }
}
