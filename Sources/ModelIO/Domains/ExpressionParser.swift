/// Reads symbolic expressions: parentheses, words, and comments from `;` to the end of the line.
///
/// A word may hold an index or shape in brackets, blanks included: `X[0, 3]` is one word.
struct ExpressionParser {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var tokenCount = 0

  /// A parser at the beginning of a text.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next expression that stands in no other, or nil at the end.
  mutating func next() throws(ModelFault) -> Expression? {
    var open: [(elements: [Expression], line: Int)] = []
    while true {
      skipBlanks()
      guard position < bytes.count else {
        guard open.isEmpty else {
          throw fault("the file ends inside a parenthesis that opens on line \(open[0].line)")
        }
        return nil
      }
      tokenCount += 1
      guard tokenCount <= ModelLimits.expressionTokens else {
        throw .overLimit(
          place: "words of the file", limit: ModelLimits.expressionTokens, found: "more")
      }
      var finished: Expression
      switch bytes[position] {
      case UInt8(ascii: "("):
        position += 1
        open.append(([], line))
        guard open.count <= ModelLimits.expressionDepth else {
          throw .overLimit(
            place: "line \(line): depth of parentheses", limit: ModelLimits.expressionDepth,
            found: "more")
        }
        continue
      case UInt8(ascii: ")"):
        position += 1
        guard let list = open.popLast() else {
          throw fault("a parenthesis closes that never opened")
        }
        finished = .list(list.elements, line: list.line)
      case UInt8(ascii: "\""): finished = .atom(try quotedWord(), line: line)
      default: finished = .atom(try word(), line: line)
      }
      if open.isEmpty { return finished }
      open[open.count - 1].elements.append(finished)
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x0A:
        line += 1
        position += 1
      case 0x20, 0x09, 0x0D: position += 1
      case UInt8(ascii: ";"):
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      default: return
      }
    }
  }

  /// A name in quotation marks, which may hold anything printable; the marks stay with it.
  private mutating func quotedWord() throws(ModelFault) -> String {
    let rest = bytes[(position + 1)...].prefix { (0x20...0x7E).contains($0) && $0 != 0x22 }
    guard rest.endIndex < bytes.count, bytes[rest.endIndex] == 0x22,
      rest.count <= ModelLimits.decimalBytes
    else { throw fault("a quotation is not closed on its line") }
    position = rest.endIndex + 1
    return "\"\(String(decoding: rest, as: UTF8.self))\""
  }

  private mutating func word() throws(ModelFault) -> String {
    var letters: [UInt8] = []
    var isInBrackets = false
    loop: while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"), 0x0A, 0x0D:
        break loop
      case 0x20, 0x09:
        if !isInBrackets { break loop }
      case 0x21...0x7E:
        if byte == UInt8(ascii: "[") { isInBrackets = true }
        if byte == UInt8(ascii: "]") { isInBrackets = false }
        letters.append(byte)
      default: throw fault("byte \(byte) is no printable character")
      }
      position += 1
    }
    guard !isInBrackets else { throw fault("a bracket is not closed on its line") }
    guard letters.count <= ModelLimits.decimalBytes else {
      throw .overLimit(
        place: "line \(line): letters of a word", limit: ModelLimits.decimalBytes,
        found: "\(letters.count)")
    }
    return String(decoding: letters, as: UTF8.self)
  }

  private func fault(_ reason: String) -> ModelFault {
    .malformed(place: "line \(line)", reason: reason)
  }
}
