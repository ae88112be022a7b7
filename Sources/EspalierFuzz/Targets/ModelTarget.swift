internal import ModelIO
internal import NeuralNetwork

/// Models: what was read can be written, and bytes with repaired checksums are read too.
enum ModelTarget {
  /// Larger networks are read, but not written: it would take most of the time.
  private static let writtenParameters = 10_000

  /// Reads a model.
  static func refusal(of bytes: [UInt8], at path: String) -> String? {
    do throws(ModelError) {
      let model = try ModelReader.read(bytes, path: path)
      precondition(model.layerOrigins.count == model.network.layers.count)
      if model.network.parameterCount <= writtenParameters { write(model) }
      return nil
    } catch {
      return error.description
    }
  }

  /// Reads an archive as it is and, so that damage gets behind the checksums, with new ones.
  static func refusal(ofArchive bytes: [UInt8], at path: String) -> String? {
    guard let message = refusal(of: bytes, at: path) else { return nil }
    refusal(of: ArchiveChecksums.repaired(bytes), at: path).map(expectOneLine)
    return message
  }

  /// The writer compares what it wrote; a typed error is an answer.
  private static func write(_ model: ImportedModel) {
    let network = model.network
    precondition(Network(canonicalBytes: network.canonicalBytes) == network)
    do throws(ModelError) {
      _ = try ModelWriter.onnx(
        network, origins: network.layers.indices.map { Optional($0) }, replacing: model,
        metadata: [])
    } catch {
      expectOneLine(error.description)
    }
  }
}
