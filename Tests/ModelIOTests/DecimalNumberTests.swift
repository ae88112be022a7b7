import Testing

@testable import ModelIO

struct DecimalNumberTests {
  @Test(arguments: [
    ("0.5", 0.5, true), ("-3", -3, true), ("+1e2", 100, true), (".25", 0.25, true),
    ("5.", 5, true), ("000.1250", 0.125, true), ("0", 0, true), ("-0.0", 0, true),
    ("0e999999999999999999999", 0, true), ("0.1", 0.1, false), ("1e23", 1e23, false),
    ("9007199254740993", 9_007_199_254_740_992, false), ("1e22", 1e22, true),
    ("0.1000000000000000055511151231257827021181583404541015625", 0.1, true),
    ("0.1000000000000000055511151231257827021181583404541015625001", 0.1, false),
    ("5e-324", Double.leastNonzeroMagnitude, false),
    ("1.7976931348623157e308", Double.greatestFiniteMagnitude, false),
  ])
  func nearestDoubles(_ text: String, _ value: Double, _ isExact: Bool) throws {
    let number = try DecimalNumber(text, place: "here")
    #expect(number.isExact == isExact)
    #expect(number.value == value)
  }

  @Test(arguments: [
    "", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "nan", "inf", "1e999", "-1e999", "1e-999",
    "1 ", "1_000", "1e99999999999999999999", "+-1", "١",
  ])
  func refused(_ text: String) {
    #expect(throws: ModelFault.self) { try DecimalNumber(text, place: "here") }
  }

  @Test func namesAreHarmless() {
    #expect(
      PrintableName("\u{1b}[2J\n\u{202e}ä\"").description == #""\u{1b}[2J\u{a}\u{202e}ä\u{22}""#)
    #expect(PrintableName(String(repeating: "a", count: 1 << 20)).description.count < 70)
  }
}
