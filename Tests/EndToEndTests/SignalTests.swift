import Foundation
import StrictJSON
import Testing

@testable import TestSupport

/// Signals at random times: no half file, no wrong claim, no worker that survives.
@Suite struct SignalTests {
  /// A signal at a random time.
  struct Interruption: CustomTestStringConvertible, Sendable {
    let seed: Int
    let signal: Int32
    /// After the start of the program.
    let seconds: Double

    var testDescription: String { "seed \(seed): signal \(signal) after \(seconds) s" }
  }

  /// Interruptions within the given time, of all kinds in turn.
  private static func interruptions(
    seeds: Range<Int>, within seconds: Double
  ) -> [Interruption] {
    seeds.map { seed in
      var generator = SplitMix64(seed: UInt64(seed))
      return Interruption(
        seed: seed, signal: [SIGINT, SIGTERM, SIGKILL][seed % 3],
        seconds: Double.random(in: 0...seconds, using: &generator))
    }
  }

  @Test(arguments: interruptions(seeds: 0..<18, within: 1.5))
  func stabilityLeavesACertificateThatHoldsOrNone(interruption: Interruption) throws {
    let known = try #require(KnownAnswers.stability.first { $0.name == "acasxu_1_1_prop3" })
    let folder = try TemporaryFolder()
    // Three kinds of signals and two forms: each meets each.
    let name = interruption.seed % 2 == 0 ? "cert.json" : "cert.jsonl"
    let certificate = folder.path(name)
    let run = try interrupted(
      interruption,
      ["stability", known.model, "-q", "--jobs", "2", "-o", certificate] + known.domain
        + Self.unitEngines)
    // Who is killed, or meets the signal before it is listened to, leaves nothing but perhaps the
    // beginning of lines under another name.
    let names = folder.names.filter {
      !(interruption.signal == SIGKILL && name == "cert.jsonl" && $0.hasSuffix(".partial"))
    }
    #expect(names == (run.wasSignalled ? [] : [name]), "\(run.errors)")
    guard !run.wasSignalled else { return }
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.errors.isEmpty, "\(run.errors)")
    try Checkers.expectAcceptance(of: certificate, model: known.model, validatesSchema: false)
    let document = folder.path("same.json")
    if name == "cert.jsonl" { try ProgramRun.espalier("convert", certificate, document) }
    try expectAgreement(of: name == "cert.jsonl" ? document : certificate, with: known)
  }

  @Test(arguments: interruptions(seeds: 100..<118, within: 0.3))
  func pruneLeavesFilesThatHold(interruption: Interruption) throws {
    let model = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", model, "--box", "0,1", "-q", "-o", certificate)
    let small = folder.path("small.onnx")
    let run = try interrupted(
      interruption, ["prune", model, "--certificate", certificate, "-o", small])
    #expect(run.wasSignalled || run.status == 0, "\(run.errors)")
    try expectWhole(folder, model: model, mayLeavePartial: interruption.signal == SIGKILL)
  }

  /// What is sent exactly while a temporary file exists.
  @Test(arguments: [
    ("prune", [SIGINT]), ("prune", [SIGTERM]), ("prune", [SIGHUP]), ("stability", [SIGHUP]),
    ("stability", [SIGINT, SIGINT]), ("stability", [SIGTERM, SIGTERM]), ("prune", [SIGKILL]),
    ("lines", [SIGHUP]), ("lines", [SIGINT, SIGINT]), ("lines", [SIGTERM]), ("lines", [SIGKILL]),
  ])
  func signalsWhileWritingLeaveNoTemporaryFile(command: String, signals: [Int32]) throws {
    let model = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", model, "--box", "0,1", "-q", "-o", certificate)
    let calls = try FailingCalls()
    let process = try Self.start(
      command == "prune"
        ? ["prune", model, "--certificate", certificate, "-o", folder.path("small.onnx")]
        : [
          "stability", model, "--box", "0,1", "-q", "-o",
          command == "lines" ? folder.path("cert.jsonl") : certificate,
        ],
      environment: calls.environment(.init(call: "slow", budget: 400, code: 0)))
    let deadline = Date(timeIntervalSinceNow: 20)
    while !folder.names.contains(where: { $0.hasSuffix(".partial") }) && Date() < deadline {
      usleep(5000)
    }
    #expect(Date() < deadline, "no temporary file came")
    for signal in signals {
      kill(process.processIdentifier, signal)
      // Two signals of one kind count as one if the first is not delivered yet.
      usleep(50_000)
    }
    process.waitUntilExit()
    try expectWhole(folder, model: model, mayLeavePartial: signals == [SIGKILL])
  }

  /// Ctrl-C goes to the workers too, and is none of their business.
  @Test(arguments: ["INT", "TERM"])
  func signalsToTheWholeGroupLoseNoQuery(signal: String) throws {
    let known = try #require(KnownAnswers.stability.first { $0.name == "acasxu_1_1_prop3" })
    let folder = try TemporaryFolder()
    let run = try ProgramRun.run(
      "/bin/bash",
      [
        "-c", "set -m; \"$@\" & sleep 1; kill -\(signal) -- -$!; wait $!", "bash",
        ProgramRun.binaries.appendingPathComponent("espalier").path, "stability", known.model,
        "-v", "-o", folder.path("cert.json"),
      ] + known.domain + Self.unitEngines)
    #expect(run.status == 2, "\(run.errors)")
    #expect(!run.errors.contains("the query on"), "\(run.errors)")
    try Checkers.expectAcceptance(of: folder.path("cert.json"), model: known.model)
  }

  // MARK: Parts

  /// Without boxes, which decide the network before the signal comes.
  private static let unitEngines = ["--engine", "samples,bounds,tree,cbc,exact"]

  /// Runs the program, sends the signal, and waits until nothing of the run is left.
  private func interrupted(
    _ interruption: Interruption, _ arguments: [String]
  ) throws -> ProgramRun {
    let mark = "ESPALIER_TEST_RUN=\(UUID().uuidString)"
    let run = try ProgramRun.run(
      Self.python, Self.listening(arguments),
      signalAfter: (interruption.seconds, interruption.signal),
      environment: ["ESPALIER_TEST_RUN": String(mark.split(separator: "=")[1])])
    let deadline = Date(timeIntervalSinceNow: 5)
    while !Self.processes(marked: mark).isEmpty && Date() < deadline { usleep(20_000) }
    #expect(Self.processes(marked: mark).isEmpty, "a worker survives")
    return run
  }

  private static let python = "/usr/bin/python3"

  /// Arguments of Python that become the program, with no signal blocked or ignored: the threads
  /// of the tests block what they start to be sent.
  private static func listening(_ arguments: [String]) -> [String] {
    let script = """
      import os, signal, sys
      kinds = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
      for kind in kinds: signal.signal(kind, signal.SIG_DFL)
      signal.pthread_sigmask(signal.SIG_SETMASK, [])
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let program = ProgramRun.binaries.appendingPathComponent("espalier").path
    return ["-I", "-S", "-c", script, program] + arguments
  }

  private static func start(
    _ arguments: [String], environment: [String: String]
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = listening(arguments)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    for stream in [\Process.standardInput, \Process.standardOutput, \Process.standardError] {
      process[keyPath: stream] = FileHandle.nullDevice
    }
    try process.run()
    return process
  }

  private static func processes(marked mark: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.filter { process in
      guard let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ")
      else { return false }
      return environment.split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
    }
  }

  /// Whatever has a final name is whole, and what belongs together is accepted together.
  private func expectWhole(
    _ folder: TemporaryFolder, model: String, mayLeavePartial: Bool
  ) throws {
    let all = folder.names.filter {
      !(mayLeavePartial && ($0.hasSuffix(".partial") || $0.hasSuffix(".old")))
    }
    let names = all.filter { $0 != "cert.jsonl" }
    if all != names {
      try Checkers.expectAcceptance(
        of: folder.path("cert.jsonl"), model: model, validatesSchema: false)
    }
    #expect(names == ["cert.json"] || names == ["cert.json", "small.onnx"], "\(names)")
    let certificate = folder.path("cert.json")
    let pruning = try KnownAnswers.json(certificate).memberIfPresent("pruning")
    let isPruned = pruning ?? .null != .null
    // The model comes first: with the old certificate beside it, that one still holds.
    #expect(!isPruned || names.contains("small.onnx"))
    try Checkers.expectAcceptance(
      of: certificate, model: model, small: isPruned ? folder.path("small.onnx") : nil,
      validatesSchema: false)
  }

  private func expectAgreement(of certificate: String, with known: KnownAnswers.Case) throws {
    let verdicts = try KnownAnswers.json(certificate).member("verdicts").asArray(path: "$")
    let units = try verdicts.map { verdict in
      let unit = try verdict.member("unit").asArray(path: "$")
      return JSONValue.members(
        ("layer", unit[0]), ("unit", unit[1]), ("stability", try verdict.member("stability")))
    }
    let comparison = try KnownAnswers.compare(
      .members(("units", .array(units))), with: known)
    #expect(comparison.contradictions.isEmpty)
  }
}
