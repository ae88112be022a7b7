import StrictJSON
import Testing

@Suite struct JSONParserTests {
  private func parse(_ text: String) -> JSONValue? { parse(Array(text.utf8)) }

  private func parse(_ bytes: [UInt8]) -> JSONValue? { try? JSONParser.parse(bytes) }

  @Test func readsEveryKindOfValue() {
    #expect(parse("null") == .null)
    #expect(parse(" true\r\n") == .bool(true))
    #expect(parse("\tfalse") == .bool(false))
    #expect(parse("[]") == .array([]))
    #expect(parse("{ }") == .object([]))
    #expect(parse("[1, [2],{}]") == .array([.number("1"), .array([.number("2")]), .object([])]))
    #expect(
      parse(#"{"b": 1, "a": {"b": null}}"#)
        == .members(("b", .number("1")), ("a", .members(("b", .null)))))
  }

  @Test(arguments: [
    "0", "-0", "1", "-1", "10", "0.5", "-0.50", "1e5", "1E5", "1e+5", "1e-05", "1.5e10",
    "123456789012345678901234567890", "1e999",
  ])
  func keepsTheTextOfNumbers(text: String) { #expect(parse(text) == .number(text)) }

  @Test(arguments: [
    "01", "00", "-01", "1.", ".5", "-.5", "1e", "1e+", "1.e5", "-", "+1", "0x1", "1.5.5", "1e5.0",
    "NaN", "Infinity", "-Infinity", "1_000", "１", "--1", "- 1", "1 2",
  ])
  func refusesOtherNumbers(text: String) {
    #expect(parse(text) == nil)
    #expect(parse("[\(text)]") == nil)
  }

  @Test(arguments: [
    "", " ", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1,,2]", "[1 2]", "{\"a\"}",
    "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "nul",
    "nulll", "True", "tru", "null null", "[] []", "{}x", "// a\n1", "/* */1", "[1]\u{0}", "\u{B}1",
    "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", "\"",
    "\"a",
    "\"\\\"", "\"\\x\"", "\"\\u\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\U0041\"", "\"\\ud800\"",
    "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\udc00\\ud800\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"",
    "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "\u{FEFF}1", "\u{A0}1",
  ])
  func refuses(text: String) { #expect(parse(text) == nil) }

  @Test(
    arguments: [
      [0xEF, 0xBB, 0xBF, 0x31], [0x22, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xFF, 0x22],
      [0x22, 0xE2, 0x82, 0x22], [0xFF, 0xFE, 0x31, 0x00], [0x31, 0x00], [0x00, 0x31],
    ] as [[UInt8]])
  func refusesBytes(bytes: [UInt8]) { #expect(parse(bytes) == nil) }

  @Test func readsEscapes() {
    #expect(parse(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{8}\u{c}\n\r\t"))
    #expect(parse(#""\u0041\u00e9\u20AC\ud83d\ude00\u0000""#) == .string("Aé€😀\0"))
    #expect(parse("\"é😀\u{7F}\"") == .string("é😀\u{7F}"))
  }

  @Test func limitsTheDepth() {
    func nested(_ depth: Int, _ inside: String) -> String {
      String(repeating: "[", count: depth) + inside + String(repeating: "]", count: depth)
    }
    #expect(parse(nested(64, "")) != nil)
    #expect(parse(nested(64, "1")) != nil)
    #expect(parse(nested(65, "1")) == nil)
    #expect(parse(nested(66, "")) == nil)
    #expect(parse(String(repeating: "{\"a\":", count: 100_000)) == nil)
    // An empty array or object counts like any other.
    #expect(parse(nested(65, "")) == nil)
    #expect(parse(nested(64, "{}")) == nil)
    #expect(parse(nested(63, "{}")) != nil)
  }

  @Test func saysWhere() {
    func place(_ text: String) -> String? {
      do throws(JSONError) {
        _ = try JSONParser.parse(Array(text.utf8))
        return nil
      } catch {
        return error.place
      }
    }
    #expect(place("x") == "line 1, column 1")
    #expect(place("{\n \"a\": x}") == "line 2, column 7")
    #expect(place("[1] 2") == "line 1, column 5")
  }
}
