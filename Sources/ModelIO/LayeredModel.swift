internal import ExactArithmetic
internal import NeuralNetwork

/// A network that comes as a plain list of layers, with a ReLU behind each but the last.
struct LayeredModel {
  private let format: ModelFormat
  private var parts: [(weights: Matrix, biases: [Double])] = []
  private var elementCount = 0
  /// The type of the stored numbers.
  var scalarType: ScalarType = .float64
  /// The domain that the file names.
  var domain: InputDomain?
  /// What a user must know about the reading.
  var notes: [String] = []

  /// No layers yet.
  init(format: ModelFormat) { self.format = format }

  /// Adds the next layer.
  mutating func append(_ weights: Matrix, biases: [Double]) throws(ModelFault) {
    elementCount += weights.elements.count
    guard elementCount <= ModelLimits.networkElements else {
      throw .overLimit(
        place: "weights of the network", limit: ModelLimits.networkElements, found: "more")
    }
    parts.append((weights, biases))
  }

  /// The model, read from one file.
  func imported(_ file: FileDigest) throws(ModelFault) -> ImportedModel {
    let layers = parts.enumerated().map { k, part in
      Layer(
        weights: part.weights, biases: part.biases,
        activation: k == parts.count - 1 ? .identity : .relu)
    }
    let network: Network
    do throws(NetworkError) {
      network = try Network(layers: layers, scalarType: scalarType)
    } catch {
      throw .invalidNetwork(error)
    }
    if let domain, domain.inputCount != network.inputCount {
      throw .shapeMismatch(
        place: "domain", expected: "\(network.inputCount) inputs as the network has",
        found: "\(domain.inputCount)")
    }
    var summary = ModelSummary()
    summary.scalarType = scalarType
    summary.storedParameterCount = network.parameterCount
    summary.initializerByteCount = network.parameterCount * scalarType.byteCount
    summary.inputs = [value("input", network.inputCount)]
    summary.outputs = [value("output", network.outputCount)]
    summary.notes = notes
    return ImportedModel(
      network: network, files: [file], format: format,
      layerOrigins: layers.map { _ in LayerOrigin(nodes: [], isElementwise: false, isPlain: true) },
      suggestedDomain: domain, summary: summary, onnx: nil)
  }

  private func value(_ name: String, _ count: Int) -> ValueSummary {
    ValueSummary(name: name, shape: ["\(count)"], elementType: scalarType.rawValue)
  }
}
