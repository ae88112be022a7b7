import Foundation
import StrictJSON
import Testing

/// Hostile and odd files: one clear line, a documented status, no crash, no hang, no big memory.
@Suite struct BadInputTests {
  /// What may be done with one hostile file.
  struct Expectation: CustomTestStringConvertible, Sendable {
    let file: String
    let expect: String
    var testDescription: String { file }
  }

  static let malformed: [Expectation] = {
    guard let document = try? KnownAnswers.json(ProgramRun.fixture("malformed/expected.json")),
      let files = try? document.member("files").asArray(path: "$")
    else { return [] }
    return files.compactMap { file in
      guard let name = try? file.member("file").asString(path: "$"),
        let expect = try? file.member("expect").asString(path: "$"), expect != "data"
      else { return nil }
      return Expectation(file: name, expect: expect)
    }
  }()

  @Test func thereAreAllMalformedFiles() { #expect(Self.malformed.count == 108) }

  @Test(arguments: malformed)
  func malformedFilesAreAcceptedOrRefusedAsTheyShould(expectation: Expectation) throws {
    let path = ProgramRun.fixture("malformed/\(expectation.file)")
    let isProperty = expectation.file.hasSuffix(".vnnlib")
    let arguments =
      isProperty
      ? ["stability", ProgramRun.fixture("malformed/ok_plain.onnx"), "--domain", path, "-q"]
      : ["inspect", path]
    // Address space, of which the runtime and BLAS map much more than they use; what is resident
    // stays far below.
    let run = try ProgramRun.run(
      "/bin/bash",
      ["-c", "ulimit -v 4000000; exec timeout 10 \"$@\"", "bash"]
        + [ProgramRun.binaries.appendingPathComponent("espalier").path] + arguments)
    #expect(!run.wasSignalled && run.status != 124 && run.status < 128, "\(run.errors)")
    switch expectation.expect {
    case "accept": #expect(run.status == 0, "\(run.errors)")
    case "reject": expectRefusal(run)
    default: if run.status != 0 { expectRefusal(run) }
    }
    #expect(!run.errors.contains("\u{1B}") && !run.output.contains("\u{1B}"))
  }

  @Test(arguments: [
    "bias_mismatch.onnx", "empty.onnx", "nan_weight.onnx", "sigmoid.onnx", "skip_connection.onnx",
    "truncated.onnx",
  ])
  func badModelsAreRefused(file: String) throws {
    expectRefusal(try ProgramRun.espalier("inspect", ProgramRun.fixture("models/bad/\(file)")))
  }

  @Test func everyUnsupportedNodeIsListed() throws {
    let run = try ProgramRun.espalier("inspect", ProgramRun.fixture("models/bad/sigmoid.onnx"))
    #expect(run.errors.contains("1 node cannot be read") && run.errors.contains("Sigmoid"))
  }

  @Test func missingFilesAndFoldersHaveStatus74() throws {
    for path in ["/nonexistent/model.onnx", "/"] {
      let run = try ProgramRun.espalier("inspect", path + "x.onnx")
      #expect(run.status == 74)
    }
    let folder = try TemporaryFolder()
    let model = ProgramRun.fixture("models/edge/tent_depth3.onnx")
    let run = try ProgramRun.espalier(
      "stability", model, "--box", "0,1", "-q", "-o", folder.path("no/such/cert.json"))
    #expect(run.status == 74)
    #expect(run.errors.contains("nothing was changed"))
  }

  @Test func fullDiskLeavesNoFile() throws {
    let model = ProgramRun.fixture("models/edge/tent_depth3.onnx")
    let run = try ProgramRun.run(
      "/bin/bash",
      [
        "-c", "exec \"$@\" > /dev/full", "bash",
        ProgramRun.binaries.appendingPathComponent("espalier").path, "stability", model, "--box",
        "0,1",
      ])
    #expect(run.status == 74, "\(run.errors)")
    let closed = try ProgramRun.run(
      "/bin/bash",
      [
        "-c", "set -o pipefail; \"$@\" --units | true", "bash",
        ProgramRun.binaries.appendingPathComponent("espalier").path, "stability", model, "--box",
        "0,1",
      ])
    #expect(closed.status == 74 || closed.status == 0, "\(closed.status) \(closed.errors)")
  }

  /// Arguments that are wrong, with the status that says how.
  static let wrongUsages: [(String, Int32)] = [
    ("stability MODEL", 64), ("stability MODEL --box 0", 64), ("stability MODEL --box 1,0", 65),
    ("stability MODEL --box nan,1", 65), ("stability MODEL --box 0,1 --domain x.json", 64),
    ("stability MODEL --box 0,1 --engine magic", 64),
    ("stability MODEL --box 0,1 --time-limit 0", 64), ("stability MODEL --center x.npy", 64),
    ("stability", 64), ("frobnicate", 64), ("prune MODEL --certificate MODEL -o x.onnx", 65),
    ("prune MODEL --certificate MODEL -o x.txt", 64),
  ]

  @Test(arguments: wrongUsages)
  func wrongUsageHasOneLineAndItsStatus(arguments: String, status: Int32) throws {
    let model = ProgramRun.fixture("models/edge/tent_depth3.onnx")
    let run = try ProgramRun.run(
      "espalier", arguments.split(separator: " ").map { $0 == "MODEL" ? model : String($0) })
    #expect(run.status == status, "\(arguments): \(run.errors)")
    #expect(!run.errors.isEmpty)
  }

  private func expectRefusal(_ run: ProgramRun) {
    #expect(run.status == 65, "\(run.status): \(run.errors)")
    let lines = run.errors.split(separator: "\n").filter { !$0.hasPrefix("note: ") }
    #expect(lines.count == 1 && lines.first?.hasPrefix("error: ") == true, "\(run.errors)")
    #expect(run.output.isEmpty)
  }
}
