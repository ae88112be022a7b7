internal import ModelIO

/// Arrays: as many numbers as the shape says, all finite.
enum ArrayTarget {
  /// Reads an array.
  static func refusal(of bytes: [UInt8], at path: String) -> String? {
    do throws(ModelError) {
      let array = try NPYReader.read(bytes, path: path)
      precondition(array.elements.count == array.shape.reduce(1, *))
      precondition(array.elements.allSatisfy(\.isFinite))
      return nil
    } catch {
      return error.description
    }
  }
}
