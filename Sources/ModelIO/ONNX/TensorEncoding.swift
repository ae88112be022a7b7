#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
internal import ExactArithmetic

/// Writes numbers as a tensor message with raw bytes.
enum TensorEncoding {
  /// Replaces the numbers of `tensor`; nil if one is not a number of the type.
  static func store(
    _ values: [Double], dimensions: [Int], type: ScalarType, in tensor: inout Onnx_TensorProto
  ) -> Bool {
    var bytes = Data(capacity: values.count * type.byteCount)
    for value in values {
      switch type {
      case .float32:
        guard Double(Float(value)) == value else { return false }
        withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      case .float64:
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    tensor.dims = dimensions.map { Int64($0) }
    tensor.dataType = dataType(of: type)
    tensor.rawData = bytes
    clearLists(of: &tensor)
    return true
  }

  /// Replaces the numbers of `tensor` by integers.
  static func store(integers values: [Int], in tensor: inout Onnx_TensorProto) {
    tensor.dims = [Int64(values.count)]
    tensor.dataType = Int32(Onnx_TensorProto.DataType.int64.rawValue)
    tensor.clearRawData()
    clearLists(of: &tensor)
    tensor.int64Data = values.map { Int64($0) }
  }

  /// The code of a type in messages.
  static func dataType(of type: ScalarType) -> Int32 {
    Int32((type == .float32 ? Onnx_TensorProto.DataType.float : .double).rawValue)
  }

  private static func clearLists(of tensor: inout Onnx_TensorProto) {
    tensor.floatData = []
    tensor.doubleData = []
    tensor.int32Data = []
    tensor.int64Data = []
    tensor.uint64Data = []
  }
}
