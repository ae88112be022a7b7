import Foundation
import StrictJSON
import Testing

@testable import TestSupport

/// Limits, signals, journals and failing writes of `espalier regions`.
@Suite struct RegionsStopTests {
  static let model = ProgramRun.fixture("models/trained/digits_8-8_l1-0_s11.onnx")
  /// A count of some seconds, and what it finds.
  static let slow = ["regions", model, "--box", "0,1", "-q", "--jobs", "2"]
  static let count = 14762
  /// A count with many pieces that takes a second or two.
  private static func quick(_ folder: TemporaryFolder) throws -> [String] {
    var generator = SplitMix64(seed: 1)
    let widths = [2, 36, 18, 1]
    func numbers(_ count: Int) -> String {
      let values = (0..<count).map { _ in
        "\(Double(Int.random(in: -1000...1000, using: &generator)) / 1000)"
      }
      return "[\(values.joined(separator: ", "))]"
    }
    let layers = zip(widths, widths.dropFirst()).map { width, count in
      let rows = (0..<count).map { _ in numbers(width) }
      return "{\"W\": [\(rows.joined(separator: ", "))], \"b\": \(numbers(count))}"
    }
    let model = folder.path("model.json")
    try "{\"layers\": [\(layers.joined(separator: ", "))]}"
      .write(toFile: model, atomically: true, encoding: .utf8)
    return ["regions", model, "--box=-1,1", "-q"]
  }

  // MARK: Limits

  @Test(arguments: [
    ["--max-regions", "500"], ["--time-limit", "0.7"], ["--memory-limit", "1"],
  ])
  func limitsLeaveBothBounds(limit: [String]) throws {
    let answer = try RegionAnswer(Array(Self.slow.dropFirst()) + limit)
    #expect(answer.run.status == 2)
    try expectBounds(answer.document, stoppedBy: limit[0])
  }

  @Test func aSignalLeavesBothBounds() throws {
    let run = try ProgramRun.run(
      "espalier", Self.slow + ["--json"], signalAfter: (0.7, SIGINT))
    #expect(run.status == 2 && !run.wasSignalled, "\(run.errors)")
    try expectBounds(
      JSONParser.parse([UInt8](run.output.utf8)), stoppedBy: "a signal")
  }

  @Test func aLimitThatIsJustMetEndsNothing() throws {
    let moons = ProgramRun.fixture("models/trained/moons_8_l1-0_s11.onnx")
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let run = try ProgramRun.espalier(
      "regions", moons, "--box", "0,1", "--max-regions", "18", "-o", certificate)
    #expect(run.status == 0, "\(run.status) \(run.errors)")
    #expect(run.output.contains("certificate: "), "\(run.output)")
    #expect(!run.errors.contains("ended the count"), "\(run.errors)")
    let all = try RegionAnswer(
      [
        ProgramRun.fixture("toy/max_min.json"), "--box=-1,1", "--definition", "all",
        "--max-regions", "10",
      ])
    #expect(all.run.status == 0)
    #expect(try all.exact("maps").last == 3)
  }

  private func expectBounds(_ document: JSONValue, stoppedBy reason: String) throws {
    #expect(try document.member("stoppedBy").asString(path: "$") == reason)
    let row = try document.member("regions").asArray(path: "$")[0]
    let last = try #require(try row.member("counts").asArray(path: "$").last)
    let lower = try #require(Int(try last.member("lower").asString(path: "$")))
    let upper = Int(try last.member("upper").asString(path: "$")) ?? .max
    #expect(lower <= Self.count && upper >= Self.count, "\(lower) \(upper)")
  }

  // MARK: Journals

  @Test(arguments: [SIGKILL, SIGINT], ["cert.jsonl", "cert.json"])
  func interruptedCountsGoOnToTheSameBytes(signal: Int32, name: String) throws {
    let folder = try TemporaryFolder()
    let count = try Self.quick(folder)
    let whole = try ProgramRun.run("espalier", count + ["-o", folder.path("whole-" + name)])
    #expect(whole.status == 0, "\(whole.errors)")
    let arguments = count + ["-o", folder.path(name), "--resume", folder.path("journal")]
    var roundCount = 0
    while true {
      roundCount += 1
      let run = try ProgramRun.run(
        "espalier", arguments,
        signalAfter: roundCount <= 4 ? (Double(roundCount) * 0.25, signal) : nil)
      if run.status == 0, !run.wasSignalled { break }
      #expect(run.wasSignalled || run.status == 2, "\(run.status) \(run.errors)")
      try #require(roundCount < 5)
    }
    #expect(try folder.text(name) == folder.text("whole-" + name))
    #expect(!folder.names.contains("journal"))
  }

  @Test func journalsOfOtherCountsAreRefusedAndKept() throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    let first = Self.slow + ["--resume", journal]
    #expect(try ProgramRun.run("espalier", first + ["--max-regions", "500"]).status == 2)
    let bytes = try folder.text("journal")
    for change in [["--layers", "1"], ["--definition", "patterns"], ["--engine", "exact"]] {
      let run = try ProgramRun.run("espalier", first + change)
      #expect(run.status == 65, "\(run.status) \(run.errors)")
      #expect(run.errors.contains("belongs to another"), "\(run.errors)")
      #expect(try folder.text("journal") == bytes)
    }
  }

  /// Intervals that a limit cut short are not those of the next run.
  @Test func aLimitBeforeTheCountLeavesNoJournalThatCannotBeUsed() throws {
    let folder = try TemporaryFolder()
    let arguments = Self.slow + ["--resume", folder.path("journal"), "--no-proof"]
    let stopped = try ProgramRun.run("espalier", arguments + ["--time-limit", "0.001"])
    #expect(stopped.status == 2, "\(stopped.errors)")
    let run = try ProgramRun.run("espalier", arguments + ["--max-regions", "500"])
    #expect(run.status == 2, "\(run.status) \(run.errors)")
  }

  @Test func damagedJournalsAreCutAndUsed() throws {
    let folder = try TemporaryFolder()
    let journal = folder.path("journal")
    let arguments = Self.slow + ["--resume", journal, "--no-proof"]
    try ProgramRun.run("espalier", arguments + ["--max-regions", "5000"])
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: journal)))
    #expect(bytes.count { $0 == 0x0A } > 3)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes + Array("torn".utf8)).write(to: URL(fileURLWithPath: journal))
    let run = try ProgramRun.run("espalier", arguments + ["--json"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\"\(Self.count)\""))
  }

  // MARK: Writes

  @Test(arguments: FailingWriteTests.failures, ["cert.json", "cert.jsonl"])
  func certificatesAreWholeOrNotThere(
    failure: FailingWriteTests.Failure, name: String
  ) throws {
    let calls = try FailingCalls()
    let folder = try TemporaryFolder()
    let run = try ProgramRun.run(
      "espalier",
      ["regions", RegionsTests.pca, "--box", "0,1", "-q", "-o", folder.path(name)],
      environment: calls.environment(failure))
    expectRefusal(run)
    #expect(folder.names.isEmpty)
  }

  /// Sizes of files in units of 1024 bytes.
  @Test(arguments: [1, 8])
  func fullDisksEndCountsWithJournals(size: Int) throws {
    let folder = try TemporaryFolder()
    let count = try Self.quick(folder)
    let arguments = count + ["--resume", folder.path("journal"), "--json", "-o"]
    let espalier = ProgramRun.binaries.appendingPathComponent("espalier").path
    let run = try ProgramRun.run(
      "/bin/bash",
      ["-c", "ulimit -f \(size); exec env --default-signal=XFSZ \"$@\"", "bash", espalier]
        + arguments + [folder.path("cert.json")])
    expectRefusal(run)
    // What was written can be used.
    let next = try ProgramRun.run("espalier", arguments + [folder.path("cert.json")])
    #expect(next.status == 0, "\(next.errors)")
    let plain = try RegionAnswer(Array(count.dropFirst()) + ["--no-proof"])
    let text = "\"\(try #require(try plain.exact().last))\""
    #expect(next.output.contains(text))
    try Checkers.expectAcceptance(
      of: folder.path("cert.json"), model: folder.path("model.json"), validatesSchema: false)
  }

  private func expectRefusal(_ run: ProgramRun) {
    #expect(run.status == 74 && !run.wasSignalled, "\(run.status) \(run.errors)")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 1 && lines.first?.hasPrefix("error: ") == true, "\(run.errors)")
    #expect(run.output.isEmpty)
  }
}
