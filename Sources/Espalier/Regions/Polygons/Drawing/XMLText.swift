/// Text of an SVG or GraphML file, line by line.
struct XMLText {
  private(set) var bytes: [UInt8] = []

  /// Adds a line as it is.
  mutating func line(_ text: String) { bytes += Array((text + "\n").utf8) }

  /// Adds a text at a place.
  mutating func text(_ x: Double, _ y: Double, class name: String, _ content: String) {
    let place = "x=\"\(PictureNumber.text(x))\" y=\"\(PictureNumber.text(y))\""
    line("<text \(place) class=\"\(name)\">\(Self.escaped(content))</text>")
  }

  /// Adds a straight line.
  mutating func stroke(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), class name: String
  ) {
    let numbers = [start.x, start.y, end.x, end.y].map { PictureNumber.text($0) }
    line("<path class=\"\(name)\" d=\"M\(numbers[0]) \(numbers[1])L\(numbers[2]) \(numbers[3])\"/>")
  }

  /// A text that may stand in XML, also inside quotation marks.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
