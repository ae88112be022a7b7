import StrictJSON
import Testing

@Suite struct JSONObjectReaderTests {
  private func error(_ body: () throws(JSONError) -> Void) -> JSONError? {
    do throws(JSONError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private let value = JSONValue.members(
    ("text", .string("a")), ("list", .array([.null])), ("count", .integer(7)))

  @Test func takesEachMemberOnce() throws {
    var reader = try JSONObjectReader(value, path: "$.x")
    #expect(try reader.takeString("text") == "a")
    #expect(try reader.takeArray("list") == [.null])
    #expect(reader.takeIfPresent("other") == nil)
    #expect(error { () throws(JSONError) in try reader.finish() }?.place == "$.x")
    #expect(try reader.takeCount("count") == 7)
    try reader.finish()
    #expect(
      error { () throws(JSONError) in _ = try reader.take("text") }?.reason
        == "the member \"text\" is missing")
  }

  @Test func namesThePlaceOfAWrongType() throws {
    var reader = try JSONObjectReader(value, path: "$")
    #expect(error { () throws(JSONError) in _ = try reader.takeCount("text") }?.place == "$.text")
    #expect(error { () throws(JSONError) in _ = try reader.takeString("list") }?.place == "$.list")
    #expect(error { () throws(JSONError) in _ = try reader.takeArray("count") }?.place == "$.count")
    #expect(
      error { () throws(JSONError) in _ = try JSONObjectReader(.null, path: "$.y") }
        == JSONError(place: "$.y", reason: "expected an object, found null"))
  }

  @Test(arguments: ["0", "1", "9007199254740992"]) func readsCounts(text: String) throws {
    #expect(try JSONValue.number(text).asCount(path: "$") == Int(text))
  }

  @Test(arguments: ["-0", "-1", "1.0", "1e2", "9007199254740993", "9223372036854775808", "0.0"])
  func refusesOtherCounts(text: String) {
    #expect(throws: JSONError.self) { try JSONValue.number(text).asCount(path: "$") }
  }
}
