/// The number types of array files that are read.
enum NPYElementType: String {
  case float32 = "<f4"
  case float64 = "<f8"
  case int8 = "|i1"
  case uint8 = "|u1"
  case int16 = "<i2"
  case uint16 = "<u2"
  case int32 = "<i4"
  case uint32 = "<u4"
  case int64 = "<i8"
  case uint64 = "<u8"

  /// The type with that code in a header.
  init?(_ code: String) { self.init(rawValue: code) }

  /// Bytes of one number.
  var byteCount: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The kind of number.
  var element: NPYArray.Element {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64: .integer
    }
  }

  /// The number at an offset that is known to be inside.
  func value(in buffer: UnsafeRawBufferPointer, at offset: Int) -> Double {
    switch self {
    case .float32: Double(buffer.loadUnaligned(fromByteOffset: offset, as: Float.self))
    case .float64: buffer.loadUnaligned(fromByteOffset: offset, as: Double.self)
    case .int8: Double(buffer.loadUnaligned(fromByteOffset: offset, as: Int8.self))
    case .uint8: Double(buffer.loadUnaligned(fromByteOffset: offset, as: UInt8.self))
    case .int16: Double(buffer.loadUnaligned(fromByteOffset: offset, as: Int16.self))
    case .uint16: Double(buffer.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    case .int32: Double(buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self))
    case .uint32: Double(buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    case .int64: Double(buffer.loadUnaligned(fromByteOffset: offset, as: Int64.self))
    case .uint64: Double(buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
  }
}
