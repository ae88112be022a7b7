/// Reads NumPy array files.
///
/// Little-endian numbers only; objects (pickles) are refused, and nothing in a file is executed.
///
/// - Source: NumPy Enhancement Proposal 1 (NPY format 1.0 to 3.0).
public enum NPYReader {
  /// Reads the array at `path`.
  ///
  /// - Throws: `ModelError` naming the file, the place in it, what was expected and what was found.
  public static func read(path: String) throws(ModelError) -> NPYArray {
    try read(InputFile.read(path: path), path: path)
  }

  /// Reads an array from the bytes of the file at `path`.
  ///
  /// - Throws: `ModelError` as `read(path:)` does.
  package static func read(_ bytes: [UInt8], path: String) throws(ModelError) -> NPYArray {
    do throws(ModelFault) {
      return try array(bytes, name: "array")
    } catch {
      throw ModelError(file: path, fault: error)
    }
  }

  /// The array in the bytes of a file.
  static func array(_ bytes: [UInt8], name: String) throws(ModelFault) -> NPYArray {
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    guard bytes.starts(with: magic), bytes.count >= 10, (1...3).contains(bytes[6]) else {
      throw .malformed(place: name, reason: "expected a NumPy array of format 1 to 3")
    }
    let width = bytes[6] == 1 ? 2 : 4
    let start = 8 + width
    guard let count = bytes.littleEndian(at: 8, count: width), count <= bytes.count - start else {
      throw .malformed(place: name, reason: "its header goes beyond the end of the file")
    }
    guard count <= ModelLimits.arrayHeaderBytes else {
      throw .overLimit(
        place: "\(name): bytes of the header", limit: ModelLimits.arrayHeaderBytes,
        found: "\(count)")
    }
    let header = try NPYHeader(Array(bytes[start..<start + count]))
    return try elements(bytes[(start + count)...], header, name: name)
  }

  private static func elements(
    _ data: ArraySlice<UInt8>, _ header: NPYHeader, name: String
  ) throws(ModelFault) -> NPYArray {
    let count = try TensorDecoding.elementCount(of: header.shape.map { Int64($0) }, name: name)
    guard let type = NPYElementType(header.type) else {
      throw .malformed(
        place: name,
        reason: "expected little-endian floats of 4 or 8 bytes or integers, "
          + "found \(PrintableName(header.type))")
    }
    guard data.count == count * type.byteCount else {
      throw .malformed(
        place: name,
        reason: "expected \(count * type.byteCount) bytes for shape \(header.shape), "
          + "found \(data.count)")
    }
    let values = data.withUnsafeBytes { buffer in
      (0..<count).map { type.value(in: buffer, at: $0 * type.byteCount) }
    }
    if let i = values.firstIndex(where: { !$0.isFinite }) {
      throw .malformed(
        place: name, reason: "element \(i) is \(values[i]); expected finite numbers")
    }
    if type.element == .integer, values.contains(where: { $0.magnitude > 0x1p53 }) {
      throw .malformed(place: name, reason: "an integer is larger than 2^53")
    }
    let ordered = header.isFortranOrder ? inCOrder(values, shape: header.shape) : values
    return NPYArray(shape: header.shape, elements: ordered, element: type.element)
  }

  /// Reorders numbers whose first index runs fastest.
  private static func inCOrder(_ values: [Double], shape: [Int]) -> [Double] {
    var strides: [Int] = []
    var stride = 1
    for size in shape {
      strides.append(stride)
      stride *= size
    }
    var index = [Int](repeating: 0, count: shape.count)
    return values.indices.map { _ in
      let value = values[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
      return value
    }
  }
}
