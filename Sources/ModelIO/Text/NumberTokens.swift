/// The words of a text of numbers: separated by commas and blanks, with `//` comment lines.
struct NumberTokens {
  private let bytes: [UInt8]
  private var position = 0
  /// The line of the last word.
  private(set) var line = 1

  /// The words of a text.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next word, or nil at the end.
  mutating func next() throws(ModelFault) -> String? {
    while position < bytes.count, let separator = separatorLength() { position += separator }
    let start = position
    while position < bytes.count, (0x21...0x7E).contains(bytes[position]),
      bytes[position] != UInt8(ascii: ",")
    {
      position += 1
    }
    guard position > start || position == bytes.count else {
      throw .malformed(
        place: "line \(line)", reason: "byte \(bytes[position]) is no printable character")
    }
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  /// How many bytes to skip here, or nil if a word begins.
  private mutating func separatorLength() -> Int? {
    switch bytes[position] {
    case 0x0A:
      line += 1
      return 1
    case 0x20, 0x09, 0x0D, UInt8(ascii: ","): return 1
    case UInt8(ascii: "/") where bytes[position...].starts(with: "//".utf8):
      return bytes[position...].prefix { $0 != 0x0A }.count
    default: return nil
    }
  }
}
