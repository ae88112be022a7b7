/// A text from a file as it may stand in a message: quoted, escaped, shortened.
///
/// Control characters, bidirectional marks and everything else that is neither ASCII nor a letter
/// or digit are spelled as `\u{…}`, so no file can write to the terminal.
public struct PrintableName: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// The printable form of `raw`.
  public init(_ raw: String) {
    description = "\"\(Self.escaped(raw, limit: ModelLimits.shownNameLength))\""
  }

  /// The escaped form of a sentence that may quote a file, without quotation marks.
  static func sentence(_ raw: String) -> String {
    escaped(raw, limit: 8 * ModelLimits.shownNameLength, keeping: "\"\\")
  }

  private static func escaped(_ raw: String, limit: Int, keeping kept: String = "") -> String {
    var text = ""
    var count = 0
    for scalar in raw.unicodeScalars {
      guard count < limit else { return text + "…" }
      count += 1
      let isPlain =
        scalar.isASCII
        ? scalar.value >= 0x20 && scalar.value < 0x7F && scalar != "\"" && scalar != "\\"
        : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if isPlain || kept.unicodeScalars.contains(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return text
  }
}
