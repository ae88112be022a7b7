import StrictJSON
import TestSupport
import Testing

@Suite struct JSONWriterTests {
  private static let valueCount = 500

  @Test func writesOneLine() {
    let value = JSONValue.members(
      ("a", .array([.integer(1), .null, .bool(true)])), ("b", .object([])), ("c", .array([])))
    #expect(JSONWriter.line(value) == #"{"a": [1, null, true], "b": {}, "c": []}"#)
    #expect(JSONWriter.line(.string("\"\\\n\u{1}\u{7F}é")) == #""\"\\\n\u0001\u007fé""#)
    #expect(JSONWriter.write(.null) == Array("null\n".utf8))
  }

  @Test func indentsTheFirstLevels() {
    let value = JSONValue.members(("a", .array([.integer(1), .integer(2)])))
    let text = "{\n \"a\": [\n  1,\n  2\n ]\n}\n"
    #expect(String(decoding: JSONWriter.write(value), as: UTF8.self) == text)
  }

  @Test func comesBackFromRandomValues() throws {
    var generator = SplitMix64(seed: 19)
    for _ in 0..<Self.valueCount {
      let value = random(depth: 0, &generator)
      let bytes = JSONWriter.write(value)
      #expect(try JSONParser.parse(bytes) == value)
      #expect(try JSONWriter.write(JSONParser.parse(bytes)) == bytes)
      #expect(try JSONParser.parse(Array(JSONWriter.line(value).utf8)) == value)
    }
  }

  private func random(depth: Int, _ generator: inout SplitMix64) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .number("\(Int.random(in: -9...9, using: &generator))e-7")
    case 3: return .string(text(&generator))
    case 4:
      return .array(
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in
          random(depth: depth + 1, &generator)
        })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &generator)).map { i in
          JSONMember(key: "\(i)\(text(&generator))", value: random(depth: depth + 1, &generator))
        })
    }
  }

  private func text(_ generator: inout SplitMix64) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...6, using: &generator) {
      let limits: [UInt32] = [0x20, 0x80, 0x100, 0x11_0000]
      let limit = limits.randomElement(using: &generator) ?? 0x80
      if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
