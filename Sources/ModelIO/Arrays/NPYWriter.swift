public import ExactArithmetic

/// Writes NumPy array files: one row of floats.
///
/// - Source: NumPy Enhancement Proposal 1 (NPY format 1.0).
public enum NPYWriter {
  /// The bytes of a one-dimensional little-endian array.
  ///
  /// - Precondition: Every element is a number of the type.
  public static func bytes(of elements: [Double], type: ScalarType) -> [UInt8] {
    let description = type == .float32 ? "<f4" : "<f8"
    var header =
      "{'descr': '\(description)', 'fortran_order': False, 'shape': (\(elements.count),), }"
    // Magic, version, length and header together are a multiple of 64 bytes and end in a newline.
    let padding = (64 - (10 + header.utf8.count + 1) % 64) % 64
    header += String(repeating: " ", count: padding) + "\n"
    let length = UInt16(header.utf8.count)
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
    bytes += [UInt8(length & 0xFF), UInt8(length >> 8)]
    bytes += Array(header.utf8)
    for element in elements {
      switch type {
      case .float32:
        withUnsafeBytes(of: Float(element).bitPattern.littleEndian) { bytes += $0 }
      case .float64:
        withUnsafeBytes(of: element.bitPattern.littleEndian) { bytes += $0 }
      }
    }
    return bytes
  }
}
