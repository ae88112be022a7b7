/// Reads JSON (RFC 8259) and nothing else.
///
/// Refused: duplicate keys, trailing text, byte order marks, encodings other than UTF-8, lone
/// surrogates, control characters, nesting beyond `maximumDepth`, and texts longer than
/// `maximumBytes`. Numbers are checked for form but not converted.
public struct JSONParser {
  /// The deepest nesting of arrays and objects that is read.
  public static let maximumDepth = 64
  /// The longest text that is read, in bytes.
  public static let maximumBytes = 1 << 30

  private let bytes: [UInt8]
  private var position = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Parses a whole text.
  ///
  /// - Throws: `JSONError` with line and column of the first offence.
  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    guard bytes.count <= maximumBytes else {
      throw JSONError(
        place: "byte \(maximumBytes)", reason: "the text is longer than \(maximumBytes) bytes")
    }
    var parser = JSONParser(bytes)
    parser.skipWhitespace()
    let value = try parser.value(depth: 0)
    parser.skipWhitespace()
    guard parser.position == bytes.count else {
      throw parser.error("expected the end of the text, found trailing text")
    }
    return value
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard let byte = peek() else { throw error("expected a value, found the end of the text") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error("expected a value, found \(found())")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    try checkDepth(depth)
    position += 1
    var members: [JSONMember] = []
    var seen: Set<String> = []
    skipWhitespace()
    if take(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipWhitespace()
      guard peek() == UInt8(ascii: "\"") else { throw error("expected a key, found \(found())") }
      let key = try string()
      guard seen.insert(key).inserted else { throw error("key \"\(key)\" stands twice") }
      skipWhitespace()
      try expect(UInt8(ascii: ":"))
      skipWhitespace()
      members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
      skipWhitespace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    try checkDepth(depth)
    position += 1
    var elements: [JSONValue] = []
    skipWhitespace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      skipWhitespace()
      elements.append(try value(depth: depth + 1))
      skipWhitespace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      try expect(UInt8(ascii: ","))
    }
  }

  private func checkDepth(_ depth: Int) throws(JSONError) {
    guard depth < Self.maximumDepth else {
      throw error("nesting deeper than \(Self.maximumDepth)")
    }
  }

  private mutating func literal(
    _ text: StaticString, _ value: JSONValue
  ) throws(JSONError) -> JSONValue {
    let wanted = Array("\(text)".utf8)
    guard bytes[position...].starts(with: wanted) else {
      throw error("expected \(text), found \(found())")
    }
    position += wanted.count
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let whole = digits()
    guard whole > 0 else { throw error("expected a digit, found \(found())") }
    if whole > 1, bytes[position - whole] == UInt8(ascii: "0") {
      throw error("a number starts with a superfluous zero")
    }
    if take(UInt8(ascii: ".")), digits() == 0 {
      throw error("expected a digit after the point, found \(found())")
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      guard digits() > 0 else { throw error("expected an exponent, found \(found())") }
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      guard let byte = peek() else { throw error("the text ends inside a string") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("a string is not valid UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: Array(String(try escape()).utf8))
      case 0..<0x20: throw error("an unescaped control character stands in a string")
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws(JSONError) -> Character {
    guard let byte = peek() else { throw error("the text ends inside an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return Character(try unicodeEscape())
    default: throw error("unknown escape in a string")
    }
  }

  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u"))
    else { throw error("a surrogate stands alone") }
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw error("a surrogate stands alone") }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("the text ends inside an escape") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("expected four hexadecimal digits")
      }
      value = value << 4 + UInt32(digit)
    }
    position += 4
    return value
  }

  // MARK: Bytes

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard take(byte) else {
      throw error("expected '\(Character(Unicode.Scalar(byte)))', found \(found())")
    }
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    return position - start
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private func found() -> String {
    guard let byte = peek() else { return "the end of the text" }
    return (0x21...0x7E).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
  }

  private func error(_ reason: String) -> JSONError {
    var line = 1
    var column = 1
    for byte in bytes[..<min(position, bytes.count)] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return JSONError(place: "line \(line), column \(column)", reason: reason)
  }
}
