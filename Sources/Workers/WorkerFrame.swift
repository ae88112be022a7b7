/// The one message format between a parent and its workers: a length and that many bytes.
///
/// The length is an unsigned 32-bit number, least significant byte first.
public enum WorkerFrame {
  /// The longest message; a longer announcement is taken for garbage.
  public static let maximumByteCount = 1 << 28
  /// The bytes of the length.
  static let headerByteCount = 4

  /// The message with its length in front.
  ///
  /// - Precondition: The message is not longer than `maximumByteCount`.
  static func encode(_ message: [UInt8]) -> [UInt8] {
    precondition(
      message.count <= maximumByteCount, "\(message.count) bytes exceed \(maximumByteCount)")
    let count = UInt32(message.count)
    return (0..<headerByteCount).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) } + message
  }
}
