internal import CZlib

/// Unpacks deflated bytes.
///
/// - Source: RFC 1951, by zlib.
enum Inflation {
  /// The content of `packed` if it is exactly `count` bytes long, else nil.
  static func inflate(_ packed: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    guard packed.count <= UInt32.max, count <= UInt32.max else { return nil }
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    // One byte of room beyond the content, so that a longer stream shows itself.
    var content = [UInt8](repeating: 0, count: count + 1)
    var input = Array(packed)
    let status = input.withUnsafeMutableBufferPointer { source in
      content.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        return CZlib.inflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END, stream.total_out == UInt(count), stream.avail_in == 0 else {
      return nil
    }
    content.removeLast()
    return content
  }
}
