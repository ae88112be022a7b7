import Certificates
import Foundation
import NeuralNetwork

@testable import ModelIO

/// A model as the bytes of an ONNX file, with what the first checker reads from them.
struct ModelBytes: Sendable {
  /// What the first checker sees.
  let checked: CheckedModel
  /// The bytes.
  let bytes: [UInt8]
  /// The bytes for the second checker.
  let base64: String

  /// The file that `ModelWriter` makes of a network.
  init(writing network: Network, name: String) throws {
    var draft = LayeredModel(format: .json)
    for layer in network.layers { try draft.append(layer.weights, biases: layer.biases) }
    let origin = try draft.imported(FileDigest(name: name, sha256: ""))
    let bytes = try ModelWriter.onnx(
      network, origins: network.layers.map { _ in nil }, replacing: origin, metadata: [])
    try self.init(reading: bytes, name: name)
  }

  /// What some bytes hold.
  ///
  /// - Throws: `ModelFault` if they hold no network.
  init(reading bytes: [UInt8], name: String) throws {
    let model = try ONNXReader.read(bytes, path: name)
    checked = CheckedModel(
      files: model.files, network: model.network, outputMaps: model.outputMaps,
      plainLayerCount: model.plainLayerCount)
    self.bytes = bytes
    base64 = Data(bytes).base64EncodedString()
  }

  /// The network.
  var network: Network { checked.network }

  /// The digest of the file.
  var sha256: String { checked.files.first?.sha256 ?? "" }
}

/// The files that a certificate is given with.
struct Subject: Sendable {
  /// The model that the certificate is about.
  let model: ModelBytes
  /// The model that a pruning wrote, if one is given.
  let result: ModelBytes?

  /// The files.
  init(_ model: ModelBytes, result: ModelBytes? = nil) {
    self.model = model
    self.result = result
  }
}
