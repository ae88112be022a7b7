/// Reads networks from files.
public enum ModelReader {
  /// Reads the model at `path`; its format follows from the end of the name.
  ///
  /// - Throws: `ModelError` naming the file, the place in it, what was expected and what was found.
  public static func read(path: String) throws(ModelError) -> ImportedModel {
    try read(InputFile.read(path: path), path: path)
  }

  /// Reads a model from the bytes of the file at `path`; external data is looked for beside it.
  ///
  /// - Throws: `ModelError` as `read(path:)` does.
  package static func read(
    _ bytes: [UInt8], path: String
  ) throws(ModelError) -> ImportedModel {
    do throws(ModelFault) {
      guard let format = format(of: path) else {
        throw .unknownFormat(
          expected: ModelFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", "))
      }
      switch format {
      case .onnx: return try ONNXReader.read(bytes, path: path)
      case .nnet: return try NNetModel.read(bytes, path: path)
      case .npz: return try NPZModel.read(bytes, path: path)
      case .json: return try JSONModel.read(bytes, path: path)
      }
    } catch {
      throw ModelError(file: path, fault: error)
    }
  }

  private static func format(of path: String) -> ModelFormat? {
    let name = path.lowercased()
    return ModelFormat.allCases.first { name.hasSuffix(".\($0.rawValue)") }
  }
}
