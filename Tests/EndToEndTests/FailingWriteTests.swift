import Foundation
import Testing

/// Writes that fail: status 74, one line, no half file, no temporary file, the old file untouched.
@Suite struct FailingWriteTests {
  /// A call of the system that fails.
  struct Failure: CustomTestStringConvertible, Sendable {
    /// The call.
    let call: String
    /// What still succeeds: bytes of `write`, otherwise calls.
    let budget: Int
    /// The error.
    let code: Int32

    var testDescription: String { "\(call) after \(budget)" }
  }

  static let failures: [Failure] = [
    Failure(call: "write", budget: 0, code: ENOSPC),
    Failure(call: "write", budget: 1, code: ENOSPC),
    Failure(call: "write", budget: 700, code: EDQUOT),
    Failure(call: "write", budget: 2000, code: EIO),
    Failure(call: "fsync", budget: 0, code: EIO), Failure(call: "close", budget: 0, code: ENOSPC),
    Failure(call: "rename", budget: 0, code: EPERM),
  ]
  /// The same for the second file of `prune`.
  static let laterFailures: [Failure] = [
    Failure(call: "write", budget: 3000, code: ENOSPC),
    Failure(call: "fsync", budget: 1, code: EIO), Failure(call: "close", budget: 1, code: EIO),
    Failure(call: "rename", budget: 1, code: EPERM),
  ]

  static let model = ProgramRun.fixture("models/trained/pca5_8-8_l1-0_s11.onnx")

  @Test(
    arguments: failures,
    [("cert.json", true), ("cert.json", false), ("cert.jsonl", true), ("cert.jsonl", false)])
  func stabilityWritesWholeFilesOrNone(
    failure: Failure, file: (name: String, existsBefore: Bool)
  ) throws {
    let (name, existsBefore) = file
    let calls = try FailingCalls()
    let folder = try TemporaryFolder()
    let certificate = folder.path(name)
    if existsBefore { try "old".write(toFile: certificate, atomically: true, encoding: .utf8) }
    let run = try ProgramRun.run(
      "espalier", ["stability", Self.model, "--box", "0,1", "-q", "-o", certificate],
      environment: calls.environment(failure))
    expectRefusal(run)
    #expect(folder.names == (existsBefore ? [name] : []))
    if existsBefore { #expect(try folder.text(name) == "old") }
  }

  @Test(arguments: failures + laterFailures, [true, false])
  func pruneWritesBothFilesOrNone(failure: Failure, existsBefore: Bool) throws {
    let calls = try FailingCalls()
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", Self.model, "--box", "0,1", "-q", "-o", certificate)
    let before = try folder.text("cert.json")
    let small = folder.path("small.onnx")
    if existsBefore { try "old".write(toFile: small, atomically: true, encoding: .utf8) }
    let run = try ProgramRun.run(
      "espalier", ["prune", Self.model, "--certificate", certificate, "-q", "-o", small],
      environment: calls.environment(failure))
    expectRefusal(run)
    #expect(folder.names == ["cert.json"] + (existsBefore ? ["small.onnx"] : []))
    #expect(try folder.text("cert.json") == before)
    if existsBefore { #expect(try folder.text("small.onnx") == "old") }
  }

  @Test(arguments: ["cert.json", "cert.jsonl"])
  func aLimitOnTheSizeOfFilesIsAnError(name: String) throws {
    let folder = try TemporaryFolder()
    let espalier = ProgramRun.binaries.appendingPathComponent("espalier").path
    let run = try ProgramRun.run(
      "/bin/bash",
      [
        "-c", "ulimit -f 1; exec env --default-signal=XFSZ \"$@\"", "bash", espalier, "stability",
        Self.model, "--box",
        "0,1", "-q", "-o", folder.path(name),
      ])
    expectRefusal(run)
    #expect(folder.names.isEmpty)
  }

  @Test func aFolderThatVanishesIsAnError() throws {
    let folder = try TemporaryFolder()
    let espalier = ProgramRun.binaries.appendingPathComponent("espalier").path
    // The folder is there when the program starts and goes while it searches.
    let run = try ProgramRun.run(
      "/bin/bash",
      [
        "-c", "mkdir \"$1\"; cd \"$1\"; rmdir \"$1\"; shift; exec \"$@\"", "bash",
        folder.path("gone"), espalier, "stability", Self.model, "--box", "0,1", "-q", "-o",
        "cert.json",
      ])
    expectRefusal(run)
    #expect(folder.names.isEmpty)
  }

  /// Commands whose standard output nobody reads: `closed` pipe or full device.
  @Test(arguments: [
    "espalier inspect MODEL", "espalier inspect MODEL --json",
    "espalier stability MODEL --box 0,1", "espalier stability MODEL --box 0,1 --json",
    "espalier stability MODEL --box 0,1 --units -o NEW", "espalier plan CERT MODEL",
    "espalier plan CERT MODEL --json", "espalier prune MODEL --certificate CERT -o SMALL",
    "espalier prune MODEL --certificate CERT -o SMALL --json", "espalier-check CERT MODEL",
    "espalier-check CERT MODEL --json",
  ])
  func lostResultsHaveStatus74(command: String) throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", Self.model, "--box", "0,1", "-q", "-o", certificate)
    let places = [
      "MODEL": Self.model, "CERT": certificate, "NEW": folder.path("new.json"),
      "SMALL": folder.path("small.onnx"),
    ]
    let words = command.split(separator: " ").map { places[String($0)] ?? String($0) }
    let program = ProgramRun.binaries.appendingPathComponent(words[0]).path
    for script in [
      "exec \"$@\" > /dev/full",
      // The reader of the pipe is gone before the program starts.
      "exec 3> >(exit 0); wait $!; exec \"$@\" >&3 3>&-",
    ] {
      let run = try ProgramRun.run(
        "/bin/bash", ["-c", script, "bash", program] + words.dropFirst())
      #expect(run.status == 74 && !run.wasSignalled, "\(run.status) \(run.errors)")
      let lines = run.errors.split(separator: "\n").filter { !$0.hasPrefix("note: ") }
      #expect(lines.count == 1, "\(run.errors)")
      #expect(lines.first?.hasPrefix("error: standard output: ") == true, "\(run.errors)")
      #expect(!folder.names.contains { $0.hasSuffix(".partial") || $0.hasSuffix(".old") })
    }
    // Files are written before results are printed, and they are whole.
    for name in folder.names where name.hasSuffix(".json") {
      let small = folder.names.contains("small.onnx") ? folder.path("small.onnx") : nil
      try Checkers.expectAcceptance(
        of: folder.path(name), model: Self.model, small: small, validatesSchema: false)
    }
  }

  @Test func notesThatNobodyReadsDoNotEndTheProgram() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun.run(
      "/bin/bash",
      [
        "-c", "exec 3> >(exit 0); wait $!; exec \"$@\" 2>&3 3>&-", "bash",
        ProgramRun.binaries.appendingPathComponent("espalier").path, "stability", Self.model,
        "--box", "0,1", "-v", "-o", folder.path("cert.json"),
      ])
    #expect(run.status == 0 && !run.wasSignalled)
    try Checkers.expectAcceptance(of: folder.path("cert.json"), model: Self.model)
  }

  // MARK: Parts

  private func expectRefusal(_ run: ProgramRun) {
    #expect(run.status == 74 && !run.wasSignalled, "\(run.status) \(run.errors)")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 1 && lines.first?.hasPrefix("error: ") == true, "\(run.errors)")
    #expect(run.errors.hasSuffix("; nothing was changed\n"), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

}

/// The library that makes calls of the system fail, compiled for one test.
struct FailingCalls {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let source = ProgramRun.package.appendingPathComponent("Tests/FailingWrites/failing_writes.c")
    let run = try ProgramRun.run(
      "/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", folder.path("calls.so"), source.path])
    try #require(run.status == 0, "\(run.errors)")
  }

  /// The environment of a program in which calls fail.
  func environment(_ failure: FailingWriteTests.Failure) -> [String: String] {
    [
      "LD_PRELOAD": folder.path("calls.so"),
      "FAIL": "\(failure.call) \(failure.budget) \(failure.code)",
    ]
  }
}
