import Testing

/// Edits the bytes of an ONNX file that `ModelWriter` made.
enum ONNXBytes {
  /// The model with a `Softmax` behind its output.
  ///
  /// The name of the graph's output is the last `output` in the graph; it becomes `mapped`, and a
  /// node makes `mapped` of `output`.
  static func addingOutputMap(to model: [UInt8]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = model[...]
    while let key = rest.first {
      var field = rest.dropFirst()
      let number = varint(&field)
      guard key & 7 == 2 else {
        bytes += rest[..<field.startIndex]
        rest = field
        continue
      }
      let content = Array(field.prefix(number))
      bytes += key == graphKey ? message(7, try graph(content)) : message(Int(key) >> 3, content)
      rest = field.dropFirst(number)
    }
    return bytes
  }

  /// Field 7 of a model is a message.
  private static let graphKey: UInt8 = 7 << 3 | 2

  private static func graph(_ content: [UInt8]) throws -> [UInt8] {
    let (old, new) = (Array("output".utf8), Array("mapped".utf8))
    let starts = content.indices.filter { content[$0...].starts(with: old) }
    var changed = content
    let start = try #require(starts.last)
    changed.replaceSubrange(start..<start + old.count, with: new)
    let node = message(1, old) + message(2, new) + message(4, Array("Softmax".utf8))
    return changed + message(1, node)
  }

  private static func message(_ field: Int, _ content: [UInt8]) -> [UInt8] {
    [UInt8(field << 3 | 2)] + varint(content.count) + content
  }

  private static func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> Int {
    guard let byte = bytes.popFirst() else { return 0 }
    return byte < 128 ? Int(byte) : Int(byte & 127) | varint(&bytes) << 7
  }
}
