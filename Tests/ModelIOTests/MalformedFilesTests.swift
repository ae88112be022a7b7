import ModelIO
import StrictJSON
import Testing

/// The contract on hostile files: what must be accepted, what refused, and that nothing crashes.
struct MalformedFilesTests {
  struct Expectation: Sendable, CustomTestStringConvertible {
    let file: String
    let expect: String
    var testDescription: String { "\(file): \(expect)" }
  }

  static let all: [Expectation] = {
    do {
      var top = try JSONObjectReader(
        JSONParser.parse(fileBytes(Fixture.path("malformed/expected.json"))), path: "$")
      return try top.takeArray("files").map { value in
        var entry = try JSONObjectReader(value, path: "$.files")
        return Expectation(
          file: try entry.takeString("file"), expect: try entry.takeString("expect"))
      }
    } catch {
      Issue.record(error)
      return []
    }
  }()

  static func files(_ suffixes: String...) -> [Expectation] {
    all.filter { expectation in suffixes.contains { expectation.file.hasSuffix($0) } }
  }

  @Test(arguments: files(".onnx"))
  func onnx(_ expectation: Expectation) throws {
    try check(expectation) { path throws(ModelError) in try ModelReader.read(path: path) }
  }

  @Test(arguments: files(".npz", ".json"))
  func otherModels(_ expectation: Expectation) throws {
    try check(expectation) { path throws(ModelError) in try ModelReader.read(path: path) }
  }

  @Test(arguments: files(".vnnlib"))
  func properties(_ expectation: Expectation) throws {
    try check(expectation) { path throws(ModelError) in
      try DomainReader.read(path: path, inputCount: 3)
    }
  }

  private func check<Value>(
    _ expectation: Expectation, _ read: (String) throws(ModelError) -> Value
  ) throws {
    do throws(ModelError) {
      _ = try read(Fixture.path("malformed/\(expectation.file)"))
      #expect(expectation.expect != "reject", "\(expectation.file) was accepted")
    } catch {
      let text = error.description
      #expect(expectation.expect != "accept", "\(expectation.file) was refused: \(text)")
      #expect(!text.contains { $0.isNewline || $0 == "\u{1b}" } && text.utf8.count < 2000)
    }
  }
}
