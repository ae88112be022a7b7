internal import SwiftProtobuf

/// Reads the numbers of a tensor message; every size is checked before anything is allocated.
struct TensorDecoding {
  private let proto: Onnx_TensorProto
  private let name: String

  /// The numbers of `proto`, which must be stored inline.
  static func decode(_ proto: Onnx_TensorProto) throws(ModelFault) -> StoredTensor {
    try TensorDecoding(proto: proto, name: PrintableName(proto.name).description).tensor()
  }

  /// The number of elements that dimensions stand for.
  static func elementCount(of dimensions: [Int64], name: String) throws(ModelFault) -> Int {
    guard dimensions.count <= ModelLimits.tensorRank else {
      throw .overLimit(
        place: "dimensions of tensor \(name)", limit: ModelLimits.tensorRank,
        found: "\(dimensions.count)")
    }
    var count = 1
    for dimension in dimensions {
      guard dimension >= 0 else {
        throw .badTensor(name: name, reason: "dimension \(dimension) is negative")
      }
      let product = count.multipliedReportingOverflow(by: Int(dimension))
      guard !product.overflow, product.partialValue <= ModelLimits.tensorElements else {
        throw .overLimit(
          place: "elements of tensor \(name)", limit: ModelLimits.tensorElements,
          found: "dimensions \(dimensions)")
      }
      count = product.partialValue
    }
    return count
  }

  private func tensor() throws(ModelFault) -> StoredTensor {
    let count = try Self.elementCount(of: proto.dims, name: name)
    guard !proto.hasSegment else { throw fault("segments are not supported") }
    try checkOneField()
    let dimensions = proto.dims.map { Int($0) }
    switch Onnx_TensorProto.DataType(rawValue: Int(proto.dataType)) {
    case .float:
      let values = try elements(proto.floatData.map { Double($0) }, as: Float.self, count: count) {
        Double($0)
      }
      return try finite(StoredTensor(dimensions: dimensions, elements: values, type: .float32))
    case .double:
      let values = try elements(proto.doubleData, as: Double.self, count: count) { $0 }
      return try finite(StoredTensor(dimensions: dimensions, elements: values, type: .float64))
    case .int64:
      let values = try elements(proto.int64Data, as: Int64.self, count: count) { $0 }
      return try integers(values, dimensions: dimensions)
    case .int32:
      let values = try elements(proto.int32Data, as: Int32.self, count: count) { $0 }
      return try integers(values.map { Int64($0) }, dimensions: dimensions)
    case .bool:
      let values = try elements(
        proto.int32Data.map { $0 != 0 }, as: UInt8.self, count: count, { $0 != 0 })
      return try integers(values.map { $0 ? 1 : 0 }, dimensions: dimensions)
    default: throw fault("expected float32 or float64 numbers, found \(Self.typeName(proto))")
    }
  }

  /// The name of the element type, for messages.
  static func typeName(_ proto: Onnx_TensorProto) -> String {
    typeName(Int(proto.dataType))
  }

  /// The name of an element type, for messages.
  static func typeName(_ code: Int) -> String {
    switch Onnx_TensorProto.DataType(rawValue: code) {
    case .float: "float32"
    case .double: "float64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int32: "int32"
    case .int64: "int64"
    case .some(let type): "\(type)"
    case nil: "unknown type \(code)"
    }
  }

  /// Raw bytes and the typed lists exclude one another.
  private func checkOneField() throws(ModelFault) {
    guard proto.dataLocation == .default, proto.externalData.isEmpty else {
      throw fault("its numbers are in another file")
    }
    let fields = [
      proto.hasRawData, !proto.floatData.isEmpty, !proto.doubleData.isEmpty,
      !proto.int32Data.isEmpty, !proto.int64Data.isEmpty, !proto.uint64Data.isEmpty,
      !proto.stringData.isEmpty,
    ]
    guard fields.count(where: { $0 }) <= 1 else {
      throw fault("its numbers are stored in two fields at once, which is ambiguous")
    }
  }

  private func elements<Stored: BitwiseCopyable, Value>(
    _ typed: [Value], as type: Stored.Type, count: Int, _ convert: (Stored) -> Value
  ) throws(ModelFault) -> [Value] {
    let stride = MemoryLayout<Stored>.size
    guard proto.hasRawData else {
      guard typed.count == count else {
        throw fault("expected \(count) numbers for dimensions \(proto.dims), found \(typed.count)")
      }
      return typed
    }
    guard proto.rawData.count == count * stride else {
      throw fault(
        "expected \(count * stride) bytes for dimensions \(proto.dims), "
          + "found \(proto.rawData.count)")
    }
    // ONNX stores raw data in little-endian order, as do all machines that Swift runs on here.
    return proto.rawData.withUnsafeBytes { buffer in
      (0..<count).map { convert(buffer.loadUnaligned(fromByteOffset: $0 * stride, as: type)) }
    }
  }

  private func finite(_ tensor: StoredTensor) throws(ModelFault) -> StoredTensor {
    if let i = tensor.elements.firstIndex(where: { !$0.isFinite }) {
      throw fault("element \(i) is \(tensor.elements[i]); expected finite numbers")
    }
    return tensor
  }

  private func integers(
    _ values: [Int64], dimensions: [Int]
  ) throws(ModelFault) -> StoredTensor {
    let bound = Int64(1) << 53
    guard values.allSatisfy({ $0 > -bound && $0 < bound }) else {
      throw fault("an integer is larger than 2^53")
    }
    return StoredTensor(
      dimensions: dimensions, elements: values.map { Double($0) }, type: .integer)
  }

  private func fault(_ reason: String) -> ModelFault { .badTensor(name: name, reason: reason) }
}
