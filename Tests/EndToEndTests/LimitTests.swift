import Foundation
import StrictJSON
import Testing

/// Limits and signals: obeyed in time, with a certificate of what is proved.
@Suite(.serialized) struct LimitTests {
  let model = ProgramRun.fixture("models/thirdparty/ACASXU_run2a_1_1_batch_2000.onnx")
  /// Without boxes, which decide this network before the limits are met.
  let domain = ["--domain", ProgramRun.fixture("domains/prop_1.vnnlib")] + Self.unitEngines
  private static let unitEngines = ["--engine", "samples,bounds,tree,cbc,exact"]

  @Test(arguments: [0.05, 1, 3])
  func timeLimitIsObeyedAndThePartialCertificateHolds(seconds: Double) throws {
    try expectPartialResult(
      limits: ["--time-limit", "\(seconds)"], atMost: seconds + 3)
  }

  /// Boxes that are open when time ends are evaluated within the limit, and what they prove holds.
  @Test func boxesAreCutShort() throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.jsonl")
    let hard = ProgramRun.fixture("models/thirdparty/ACASXU_run2a_2_5_batch_2000.onnx")
    let start = ContinuousClock.now
    let run = try ProgramRun.run(
      "espalier",
      [
        "stability", hard, "-o", certificate, "--time-limit", "0.5", "--domain",
        ProgramRun.fixture("domains/prop_1.vnnlib"),
      ])
    #expect(ContinuousClock.now - start < .seconds(3.5))
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.output.contains("boxes"))
    try Checkers.expectAcceptance(of: certificate, model: hard, validatesSchema: false)
  }

  @Test func unitTimeLimitAndNodeLimitLeaveUnitsUndecided() throws {
    try expectPartialResult(
      limits: ["--unit-time-limit", "0.02", "--time-limit", "20"], atMost: 24)
    try expectPartialResult(limits: ["--node-limit", "1", "--time-limit", "20"], atMost: 24)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func signalEndsTheSearchLikeALimit(signal: Int32) throws {
    try expectPartialResult(limits: [], signal: (1.0, signal), atMost: 6)
  }

  @Test func killLeavesNoHalfFile() throws {
    for pause in [0.02, 0.1, 0.3] {
      let folder = try TemporaryFolder()
      let run = try ProgramRun.run(
        "espalier", ["stability", model, "-q", "-o", folder.path("cert.json")] + domain,
        signalAfter: (pause, SIGKILL))
      #expect(run.wasSignalled)
      #expect(!folder.names.contains("cert.json"))
    }
  }

  @Test(arguments: [SIGKILL, SIGSTOP])
  func lostWorkersCostQueriesAndNeverAVerdict(signal: Int32) throws {
    let known = try #require(
      KnownAnswers.stability.first { $0.name == "acasxu_2_5_prop3" })
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let killer = Task.detached {
      for _ in 0..<12 {
        try await Task.sleep(for: .milliseconds(120))
        Self.send(signal, toWorkersOf: certificate)
      }
    }
    defer { killer.cancel() }
    let run = try ProgramRun.run(
      "espalier",
      ["stability", known.model, "--json", "-o", certificate, "--unit-time-limit", "1"]
        + known.domain + Self.unitEngines)
    #expect(run.status == 0 || run.status == 2, "\(run.errors)")
    let verdicts = try JSONParser.parse(Array(run.output.utf8))
    #expect(try KnownAnswers.compare(verdicts, with: known).contradictions.isEmpty)
    try Checkers.expectAcceptance(of: certificate, model: known.model)
  }

  // MARK: Parts

  private func expectPartialResult(
    limits: [String], signal: (seconds: Double, signal: Int32)? = nil, atMost seconds: Double
  ) throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let start = ContinuousClock.now
    let run = try ProgramRun.run(
      "espalier", ["stability", model, "-o", certificate] + domain + limits, signalAfter: signal)
    let duration = ContinuousClock.now - start
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.errors.contains("undecided"))
    // Not a speed test: without the limit this search takes minutes.
    #expect(duration < .seconds(seconds), "\(duration)")
    try Checkers.expectAcceptance(of: certificate, model: model)
  }

  /// Sends a signal to the workers whose parent writes the given certificate.
  private static func send(_ signal: Int32, toWorkersOf certificate: String) {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let parents = Set(
      processes.filter { text("/proc/\($0)/cmdline").contains(certificate) })
    for process in processes {
      let fields = text("/proc/\(process)/stat").split(separator: " ")
      if fields.count > 3, parents.contains(String(fields[3])), let id = Int32(process) {
        kill(id, signal)
      }
    }
  }

  private static func text(_ path: String) -> String {
    (try? Data(contentsOf: URL(fileURLWithPath: path)))
      .map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
