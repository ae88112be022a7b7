internal import NeuralNetwork

/// What every line of a certificate in lines begins with: a checksum that covers the line before,
/// and the digest of network and domain.
///
/// - Source: `docs/certificate-format.md`, section 13.
struct LineEnvelope {
  /// The longest line, without its line feed.
  static let maximumByteCount = 1 << 26
  /// The checksum before the first line.
  static let firstSum = Array(repeating: UInt8(ascii: "0"), count: 16)

  private static let start = Array("{\"sum\": \"".utf8)
  private static let middle = Array("\", \"of\": \"".utf8)
  private static let end = Array("\", ".utf8)
  /// Where `"of"` stands: after the checksum, its quote, a comma and a space.
  private static let bodyStart = start.count + 16 + 3
  private static let digestStart = start.count + 16 + middle.count

  /// The checksum that stands in the line.
  let sum: [UInt8]
  /// The digest that stands in the line.
  let of: [UInt8]

  /// Takes the envelope of a line apart, or says what is wrong with it.
  ///
  /// - Parameter previous: The checksum that stands in the line before.
  static func open(
    _ line: [UInt8], after previous: [UInt8]
  ) -> Result<LineEnvelope, LineFault> {
    guard line.count <= maximumByteCount else {
      return .failure(LineFault("at most \(maximumByteCount) bytes", "more"))
    }
    guard line.count > digestStart + 64, line.starts(with: start),
      line[(start.count + 16)...].starts(with: middle),
      line[(digestStart + 64)...].starts(with: end), line.last == UInt8(ascii: "}"),
      !line.contains(0x0A)
    else {
      return .failure(LineFault("a line that begins with its sum and digest", "another line"))
    }
    let sum = Array(line[start.count..<start.count + 16])
    let expected = checksum(of: line[bodyStart...], after: previous)
    guard sum == expected else {
      return .failure(
        LineFault(
          "the sum \(String(decoding: expected, as: UTF8.self)) of this and the line before",
          "another sum"))
    }
    return .success(LineEnvelope(sum: sum, of: Array(line[digestStart..<digestStart + 64])))
  }

  /// The checksum that a line seems to have; nil if it is too short for one.
  static func claimedSum(of line: [UInt8]) -> [UInt8]? {
    line.count >= start.count + 16 ? Array(line[start.count..<start.count + 16]) : nil
  }

  /// A line with the given members after the envelope, and its checksum.
  ///
  /// - Parameter members: The text of the members, without braces.
  static func seal(
    _ members: ArraySlice<UInt8>, of digest: String, after previous: [UInt8]
  ) -> (line: [UInt8], sum: [UInt8]) {
    let body = Array("\"of\": \"\(digest)\", ".utf8) + members + [UInt8(ascii: "}")]
    let sum = checksum(of: body[...], after: previous)
    return (start + sum + end + body + [0x0A], sum)
  }

  private static func checksum(
    of body: ArraySlice<UInt8>, after previous: [UInt8]
  ) -> [UInt8] {
    Array(SHA256.hexDigest(of: previous + body).utf8.prefix(16))
  }
}

/// What is wrong with the outside of a line.
struct LineFault: Error, Sendable {
  let expected: String
  let found: String

  init(_ expected: String, _ found: String) {
    self.expected = expected
    self.found = found
  }
}
