public import NeuralNetwork
internal import SwiftProtobuf

/// Writes networks as models.
public enum ModelWriter {
  /// The bytes of an ONNX model with `network` in the place of the network of `model`.
  ///
  /// One file: external data comes inline. Names, operator sets, inputs, outputs, metadata, unknown
  /// fields and what follows the last layer stay. A layer that equals its origin keeps its nodes; a
  /// layer with other numbers keeps its matrix node and orientation; a layer without origin
  /// becomes nodes with fresh names. Models of other formats become a plain ONNX model.
  /// The bytes were read back when this returns, and gave exactly `network`.
  ///
  /// - Parameters:
  ///   - network: The network; each layer with one activation for all its units.
  ///   - origins: For each layer of `network` the layer of `model` that it continues (ascending),
  ///     or nil for a new layer.
  ///   - model: The model as it was read.
  ///   - metadata: Entries for the metadata of the model; a key that is there is replaced.
  /// - Throws: `ModelError` with `ModelFault.notWritable`.
  public static func onnx(
    _ network: Network, origins: [Int?], replacing model: ImportedModel,
    metadata: [(key: String, value: String)]
  ) throws(ModelError) -> [UInt8] {
    do throws(ModelFault) {
      guard network.inputCount == model.network.inputCount,
        network.outputCount == model.network.outputCount
      else {
        throw .notWritable(
          place: "the network",
          reason: "expected \(model.network.inputCount) inputs and "
            + "\(model.network.outputCount) outputs as before")
      }
      guard let source = model.onnx else {
        return try checked(PlainONNX.model(of: network), network, metadata)
      }
      do throws(ModelFault) {
        return try checked(rewritten(source, network, origins, true), network, metadata)
      } catch .notWritable(Self.differs, let reason) {
        // Other numbers can make a scaling fold that did not fold before; then it gets a matrix.
        _ = reason
        return try checked(rewritten(source, network, origins, false), network, metadata)
      } catch {
        throw error
      }
    } catch {
      throw ModelError(file: model.files.first?.name ?? "model", fault: error)
    }
  }

  /// The bytes of a plain ONNX model of a network that no file has: `Gemm` and `Relu` nodes.
  ///
  /// The bytes were read back when this returns, and gave exactly `network`.
  ///
  /// - Parameters:
  ///   - network: The network; each layer with one activation for all its units.
  ///   - name: What the file will be called, for messages.
  ///   - metadata: Entries for the metadata of the model.
  /// - Throws: `ModelError` with `ModelFault.notWritable`.
  public static func onnx(
    new network: Network, name: String, metadata: [(key: String, value: String)]
  ) throws(ModelError) -> [UInt8] {
    do throws(ModelFault) {
      return try checked(PlainONNX.model(of: network), network, metadata)
    } catch {
      throw ModelError(file: name, fault: error)
    }
  }

  private static let differs = "the network: it was read back"

  private static func rewritten(
    _ source: ONNXSource, _ network: Network, _ origins: [Int?], _ keepsElementwiseNodes: Bool
  ) throws(ModelFault) -> Onnx_ModelProto {
    var rewriting = try GraphRewriting(
      source, network: network, origins: origins, keepsElementwiseNodes: keepsElementwiseNodes)
    var model = source.model
    model.graph = try rewriting.graph()
    return model
  }

  private static func checked(
    _ unlabelled: Onnx_ModelProto, _ network: Network, _ metadata: [(key: String, value: String)]
  ) throws(ModelFault) -> [UInt8] {
    var model = unlabelled
    for (key, value) in metadata {
      model.metadataProps.removeAll { $0.key == key }
      var entry = Onnx_StringStringEntryProto()
      entry.key = key
      entry.value = value
      model.metadataProps.append(entry)
    }
    let bytes: [UInt8]
    do {
      bytes = try model.serializedBytes(partial: true)
    } catch {
      throw .notWritable(place: "the model", reason: "it does not fit in one file (\(error))")
    }
    guard try ONNXReader.read(bytes, path: "").network == network else {
      throw .notWritable(place: differs, reason: "with other layers than were written")
    }
    return bytes
  }
}
