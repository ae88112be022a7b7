internal import NeuralNetwork

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Brings the numbers that a model keeps in other files into the model.
///
/// A companion must be a plain file in the folder of the model; see `FileContents`.
struct ExternalData {
  private let modelPath: String
  private var contents: [String: [UInt8]] = [:]
  /// The digests of the files that were read, in the order of reading.
  private(set) var digests: [FileDigest] = []

  /// Companions of the model at `modelPath`.
  init(modelPath: String) { self.modelPath = modelPath }

  /// Replaces every reference to another file in `graph` by the bytes themselves.
  mutating func inline(_ graph: inout Onnx_GraphProto) throws(ModelFault) {
    for i in graph.initializer.indices where Self.isExternal(graph.initializer[i]) {
      try inline(&graph.initializer[i])
    }
    for i in graph.node.indices {
      for j in graph.node[i].attribute.indices
      where graph.node[i].attribute[j].hasT && Self.isExternal(graph.node[i].attribute[j].t) {
        try inline(&graph.node[i].attribute[j].t)
      }
    }
  }

  private static func isExternal(_ tensor: Onnx_TensorProto) -> Bool {
    tensor.dataLocation == .external || !tensor.externalData.isEmpty
  }

  private mutating func inline(_ tensor: inout Onnx_TensorProto) throws(ModelFault) {
    let name = PrintableName(tensor.name).description
    do {
      let entries = try Self.entries(of: tensor)
      let bytes = try content(of: entries["location"] ?? "")
      let range = try Self.range(in: bytes.count, entries: entries)
      try Self.check(range.count, of: tensor, name: name)
      tensor.rawData = Data(bytes[range])
      tensor.externalData = []
      tensor.clearDataLocation()
    } catch .unreadable(let reason) {
      throw .externalData(tensor: name, reason: reason)
    } catch {
      throw error
    }
  }

  private static func entries(of tensor: Onnx_TensorProto) throws(ModelFault) -> [String: String] {
    let hasInlineNumbers =
      tensor.hasRawData || !tensor.floatData.isEmpty || !tensor.doubleData.isEmpty
      || !tensor.int32Data.isEmpty || !tensor.int64Data.isEmpty
    guard tensor.dataLocation == .external, !hasInlineNumbers else {
      throw .unreadable(reason: "the numbers are said to be both here and in another file")
    }
    var entries: [String: String] = [:]
    for entry in tensor.externalData {
      guard ["location", "offset", "length", "checksum"].contains(entry.key) else {
        throw .unreadable(reason: "unknown entry \(PrintableName(entry.key))")
      }
      guard entries.updateValue(entry.value, forKey: entry.key) == nil else {
        throw .unreadable(reason: "two entries \(PrintableName(entry.key))")
      }
    }
    guard entries["location"] != nil else {
      throw .unreadable(reason: "the entry \"location\" is missing")
    }
    return entries
  }

  private mutating func content(of name: String) throws(ModelFault) -> [UInt8] {
    if let known = contents[name] { return known }
    let bytes = try FileContents.read(companion: name, of: modelPath)
    contents[name] = bytes
    digests.append(FileDigest(name: name, sha256: SHA256.hexDigest(of: bytes)))
    return bytes
  }

  private static func range(
    in size: Int, entries: [String: String]
  ) throws(ModelFault) -> Range<Int> {
    let offset = try number("offset", entries) ?? 0
    guard offset <= size else {
      throw .unreadable(reason: "offset \(offset) lies beyond the \(size) bytes of the file")
    }
    let length = try number("length", entries) ?? size - offset
    guard length <= size - offset else {
      throw .unreadable(
        reason: "expected \(length) bytes from offset \(offset), found \(size - offset)")
    }
    return offset..<offset + length
  }

  private static func number(
    _ key: String, _ entries: [String: String]
  ) throws(ModelFault) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let value = Int(text), value >= 0, text.utf8.first != UInt8(ascii: "+") else {
      throw .unreadable(
        reason: "expected \(key) from 0 to \(Int.max), found \(PrintableName(text))")
    }
    return value
  }

  /// The bytes must be exactly what the dimensions ask for, before they are copied.
  private static func check(
    _ byteCount: Int, of tensor: Onnx_TensorProto, name: String
  ) throws(ModelFault) {
    let count = try TensorDecoding.elementCount(of: tensor.dims, name: name)
    let width: Int? =
      switch Onnx_TensorProto.DataType(rawValue: Int(tensor.dataType)) {
      case .float, .int32, .uint32: 4
      case .double, .int64, .uint64: 8
      case .float16, .bfloat16, .int16, .uint16: 2
      case .bool, .int8, .uint8: 1
      default: nil
      }
    guard let width, byteCount == count * width else {
      throw .externalData(
        tensor: name,
        reason: "expected \(count) numbers of type \(TensorDecoding.typeName(tensor)), "
          + "found \(byteCount) bytes")
    }
  }
}
