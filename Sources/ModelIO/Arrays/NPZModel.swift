internal import ExactArithmetic
internal import NeuralNetwork

/// Reads a network from a NumPy archive.
///
/// Its members are `W0, b0, W1, b1, …` with one row per unit, and perhaps the box `lo`, `hi`.
/// A ReLU follows every layer but the last.
struct NPZModel {
  /// Reads the bytes of the archive at `path`.
  static func read(_ bytes: [UInt8], path: String) throws(ModelFault) -> ImportedModel {
    let archive = try ZipArchive(bytes)
    let layerCount = try layerCount(archive.names)
    var plan = LayeredModel(format: .npz)
    var types: Set<NPYArray.Element> = []
    for k in 0..<layerCount {
      let weights = try NPYReader.array(archive.content(of: "W\(k).npy"), name: "W\(k)")
      let biases = try NPYReader.array(archive.content(of: "b\(k).npy"), name: "b\(k)")
      guard weights.shape.count == 2, biases.shape.count == 1 else {
        throw .shapeMismatch(
          place: "layer \(k)", expected: "a matrix W\(k) and a vector b\(k)",
          found: "shapes \(weights.shape) and \(biases.shape)")
      }
      types.formUnion([weights.element, biases.element])
      try plan.append(
        Matrix(
          rowCount: weights.shape[0], columnCount: weights.shape[1], elements: weights.elements),
        biases: biases.elements)
    }
    plan.scalarType = types == [.float32] ? .float32 : .float64
    if archive.names.contains("lo.npy") || archive.names.contains("hi.npy") {
      let lower = try NPYReader.array(archive.content(of: "lo.npy"), name: "lo")
      let upper = try NPYReader.array(archive.content(of: "hi.npy"), name: "hi")
      guard lower.shape.count == 1, upper.shape.count == 1 else {
        throw .shapeMismatch(
          place: "domain", expected: "vectors lo and hi",
          found: "shapes \(lower.shape) and \(upper.shape)")
      }
      plan.domain = try .checked(box: Box(lower: lower.elements, upper: upper.elements))
    }
    return try plan.imported(FileDigest(path: path, bytes: bytes))
  }

  /// The number of layers, if every member has a place in the network.
  private static func layerCount(_ names: [String]) throws(ModelFault) -> Int {
    let known = Set(names)
    var count = 0
    while known.contains("W\(count).npy") { count += 1 }
    var expected: Set<String> = ["lo.npy", "hi.npy"]
    for k in 0..<count { expected.formUnion(["W\(k).npy", "b\(k).npy"]) }
    guard count > 0, let stranger = known.subtracting(expected).min() else {
      if count > 0 { return count }
      throw .malformed(place: "archive", reason: "expected members W0.npy, b0.npy, …")
    }
    throw .malformed(
      place: "archive", reason: "the member \(PrintableName(stranger)) has no place in a network")
  }
}
