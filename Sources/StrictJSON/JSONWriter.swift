/// Writes a `JSONValue` as text, always the same bytes for the same value.
public struct JSONWriter {
  /// Values nested deeper than this stand on one line.
  public static let indentedDepth = 3

  private var bytes: [UInt8] = []

  /// The text of a value, ending in a line feed.
  public static func write(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.append(value, depth: 0)
    writer.append("\n")
    return writer.bytes
  }

  /// The text of a value on one line, without a final line feed.
  public static func line(_ value: JSONValue) -> String {
    String(decoding: lineBytes(value), as: UTF8.self)
  }

  /// The bytes of `line`.
  public static func lineBytes(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.append(value, depth: indentedDepth)
    return writer.bytes
  }

  private mutating func append(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .number(let text): append(text)
    case .string(let text): appendQuoted(text)
    case .array(let elements):
      appendList("[", elements, "]", depth: depth) { writer, element in
        writer.append(element, depth: depth + 1)
      }
    case .object(let members):
      appendList("{", members, "}", depth: depth) { writer, member in
        writer.appendQuoted(member.key)
        writer.append(": ")
        writer.append(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func appendList<Element>(
    _ open: String, _ elements: [Element], _ close: String, depth: Int,
    _ write: (inout JSONWriter, Element) -> Void
  ) {
    let isIndented = depth < Self.indentedDepth && !elements.isEmpty
    append(open)
    for (i, element) in elements.enumerated() {
      if i > 0 { append(isIndented ? "," : ", ") }
      if isIndented { append("\n" + String(repeating: " ", count: depth + 1)) }
      write(&self, element)
    }
    if isIndented { append("\n" + String(repeating: " ", count: depth)) }
    append(close)
  }

  private mutating func appendQuoted(_ text: String) {
    append("\"")
    defer { append("\"") }
    if text.utf8.allSatisfy(Self.isPlain) {
      append(text)
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\r": append("\\r")
      case "\t": append("\\t")
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}":
        let hex = String(scalar.value, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
      default: append(String(scalar))
      }
    }
  }

  /// True for a character of ASCII that stands in a string as itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
