internal import ModelIO
internal import NeuralNetwork

/// Two models that can be compared.
struct DiffPair {
  let first: ImportedModel
  let second: ImportedModel

  /// Reads both.
  ///
  /// - Throws: `ModelError` if one is not usable, or if they do not have the same inputs, outputs
  ///   and output maps.
  init(first path: String, second otherPath: String) throws(ModelError) {
    first = try ModelReader.read(path: path)
    second = try ModelReader.read(path: otherPath)
    let a = first.network
    let b = second.network
    if a.inputCount != b.inputCount {
      throw Self.mismatch(otherPath, "inputs", "\(a.inputCount)", "\(b.inputCount)")
    }
    if a.outputCount != b.outputCount {
      throw Self.mismatch(otherPath, "outputs", "\(a.outputCount)", "\(b.outputCount)")
    }
    if first.outputMaps != second.outputMaps {
      throw Self.mismatch(
        otherPath, "output maps", "\(first.outputMaps)", "\(second.outputMaps)")
    }
  }

  private static func mismatch(
    _ path: String, _ place: String, _ expected: String, _ found: String
  ) -> ModelError {
    ModelError(
      file: path,
      fault: .shapeMismatch(
        place: place, expected: "\(expected), as the first model has", found: found))
  }
}
