import Certificates
import NeuralNetwork
import TestSupport

/// A certificate in lines, taken apart, so that lines can be changed and sealed anew.
struct SealedLines {
  /// One line without its checksum.
  struct Line: Hashable {
    /// The digest of network and domain that it names.
    var of: String
    /// The text of its members behind that, without the last brace.
    var members: String
  }

  var lines: [Line]

  /// The lines of a certificate.
  init(_ certificate: Certificate) {
    var lines: [Line] = []
    certificate.forEachLine { bytes in
      let text = String(decoding: bytes.dropLast(2), as: UTF8.self)
      let start = text.index(text.startIndex, offsetBy: Self.digestStart)
      let end = text.index(start, offsetBy: 64)
      lines.append(
        Line(of: String(text[start..<end]), members: String(text[end...].dropFirst(3))))
    }
    self.lines = lines
  }

  private static let digestStart = #"{"sum": "0123456789abcdef", "of": ""#.count

  /// The file, with the checksums that fit.
  var bytes: [UInt8] { sealed.flatMap { $0 } }

  /// Each line of the file, with the checksum that fits and a line feed.
  var sealed: [[UInt8]] {
    var sum = String(repeating: "0", count: 16)
    return lines.map { line in
      let body = "\"of\": \"\(line.of)\", \(line.members)}"
      sum = String(SHA256.hexDigest(of: Array((sum + body).utf8)).prefix(16))
      return Array("{\"sum\": \"\(sum)\", \(body)\n".utf8)
    }
  }

  /// Makes the last line count the lines before it.
  mutating func countAnew() {
    guard let last = lines.indices.last else { return }
    lines[last].members = "\"end\": \(last)"
  }

  /// Changes the lines in one random way; lines of another certificate may come in.
  mutating func change(_ other: SealedLines, _ random: inout RandomNetworks) {
    let i = Int.random(in: 0..<lines.count, using: &random.generator)
    let j = Int.random(in: 0..<lines.count, using: &random.generator)
    let stranger = other.lines.randomElement(using: &random.generator) ?? lines[i]
    switch Int.random(in: 0..<9, using: &random.generator) {
    case 0: if lines.count > 2 { lines.remove(at: i) }
    case 1: lines.insert(lines[i], at: j)
    case 2: lines.swapAt(i, j)
    case 3: lines.insert(lines.remove(at: i), at: min(j, lines.count))
    case 4: lines.insert(stranger, at: i)
    case 5: lines[i] = stranger
    case 6: lines[i] = Line(of: lines[i].of, members: stranger.members)
    case 7: lines[i].members = String(lines[i].members.dropLast(j + 1))
    default: lines.insert(Line(of: lines[i].of, members: stranger.members), at: i)
    }
  }
}
