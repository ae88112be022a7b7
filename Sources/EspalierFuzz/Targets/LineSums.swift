internal import NeuralNetwork

/// Computes the checksums of damaged lines anew, since no damage would ever get past them.
enum LineSums {
  private static let prefix = Array("{\"sum\": \"0123456789abcdef\", ".utf8)

  /// The lines with the sums that belong to them; lines that are too short stay as they are.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var previous = Array(repeating: UInt8(ascii: "0"), count: 16)
    var result: [UInt8] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.count > prefix.count {
        let body = line.dropFirst(prefix.count)
        previous = Array(SHA256.hexDigest(of: previous + body).utf8.prefix(16))
        result += prefix.prefix(9) + previous + Array("\", ".utf8) + body
      } else {
        result += line
      }
      result.append(0x0A)
    }
    // What was split has one line feed less than pieces.
    result.removeLast()
    return result
  }
}
