import Foundation
import StrictJSON
import Testing

/// Workers that crash, hang, talk nonsense and lie: they cost time, never a verdict, never truth.
///
/// The worker is `Tests/FaultyWorker`; its faults depend on the seed alone.
@Suite struct FaultTests {
  /// A network that needs workers.
  struct Subject: Sendable {
    let file: String
    let domain: [String]
    var engines = "all"

    static func adversarial(_ name: String, engines: String = "all") -> Subject {
      Subject(
        file: "adversarial/\(name).onnx",
        domain: ["--domain", ProgramRun.fixture("models/adversarial/\(name).vnnlib")],
        engines: engines)
    }

    static func trained(_ name: String, engines: String = "all") -> Subject {
      Subject(file: "trained/\(name).onnx", domain: ["--box", "0,1"], engines: engines)
    }
  }

  /// A kind of fault on a network.
  struct Case: CustomTestStringConvertible, Sendable {
    let fault: String
    let subject: Subject
    let seed: Int
    /// The share of queries that meet a fault.
    var rate = 0.5
    /// The most faults of one query; three are one too many.
    var mostPerQuery = 2

    var testDescription: String {
      "\(fault) on \(subject.file), engines \(subject.engines), seed \(seed)"
    }
  }

  static let unitwise = "tree,cbc,exact"

  static let proving: [Subject] = [
    .adversarial("tent_s1"), .adversarial("tent_s2"), .adversarial("bigM_trickle_s1"),
    .adversarial("cancellation_s1", engines: unitwise),
  ]
  static let witnessing: [Subject] = [
    .trained("pca5_8-8_l1-0_s11", engines: unitwise),
    .trained("moons_16-16_l1-0_s11", engines: unitwise),
    .adversarial("tent_s2", engines: unitwise), .adversarial("small_int_s5"),
  ]
  static let solving: [Subject] = [
    .trained("pca5_8-8_l1-0_s11", engines: unitwise), .adversarial("tent_s2"),
    .adversarial("small_int_s5"), .trained("moons_16-16_l1-0_s11", engines: unitwise),
  ]

  /// Faults after which the parent has no answer; then the certificate is the same to the byte.
  static let losses = ["crash", "abort", "half", "garbage", "chatter", "hang"]

  static let cases: [Case] = {
    var cases: [Case] = []
    for fault in losses {
      // A hung worker costs its whole time, so few of them hang.
      let rate = fault == "hang" ? 0.2 : 0.3
      cases += table([fault], witnessing, firstSeed: 1, rate: rate)
    }
    cases += table(["multipliers", "leaves"], proving, firstSeed: 11, rate: 0.5)
    cases += table(["witness", "shape", "other"], witnessing, firstSeed: 21, rate: 0.5)
    cases += table(["optimum", "duals", "infeasible"], solving, firstSeed: 31, rate: 0.7)
    return cases
  }()

  private static func table(
    _ faults: [String], _ subjects: [Subject], firstSeed: Int, rate: Double
  ) -> [Case] {
    faults.flatMap { fault in
      subjects.enumerated().map { i, subject in
        Case(fault: fault, subject: subject, seed: firstSeed + i, rate: rate)
      }
    }
  }

  @Test func thereAreFiftySixCases() { #expect(Self.cases.count == 56) }

  @Test(arguments: cases)
  func faultsThatEndCostNoVerdict(item: Case) throws {
    let folder = try TemporaryFolder()
    let (faulty, sound) = try compare(item, in: folder, secondsPerQuery: 1.5)
    #expect(faulty.status == 0 && sound.status == 0, "\(faulty.errors)\(sound.errors)")
    #expect(try stabilities(faulty) == stabilities(sound))
    #expect(!faulty.errors.contains("lost"), "\(faulty.errors)")
    if Self.losses.contains(item.fault) {
      #expect(try folder.text("faulty.json") == folder.text("sound.json"))
    }
  }

  /// Faults on every query, for ever: what cannot be decided is undecided and says why.
  @Test(arguments: losses + ["multipliers", "leaves", "witness", "shape", "other", "optimum"])
  func faultsWithoutEndCostVerdictsButNeverTruth(fault: String) throws {
    let folder = try TemporaryFolder()
    // Few queries where each costs time, and linear programs where these are at fault.
    let subject: Subject =
      fault == "hang"
      ? .adversarial("f32_sign_s2", engines: Self.unitwise)
      : .trained("pca5_8-8_l1-0_s11", engines: Self.unitwise)
    let item = Case(fault: fault, subject: subject, seed: 41, rate: 1, mostPerQuery: .max)
    let (faulty, sound) = try compare(item, in: folder, secondsPerQuery: 0.1)
    #expect(faulty.status == 0 || faulty.status == 2, "\(faulty.errors)")
    let units = try zip(units(faulty), units(sound)).map { ($0, $1) }
    for (unit, known) in units where try unit.member("stability") != .string("undecided") {
      #expect(try unit.member("stability") == known.member("stability"))
    }
    for (unit, _) in units where try unit.member("stability") == .string("undecided") {
      #expect(try unit.member("limit") == .string(fault == "hang" ? "seconds" : "workers"))
    }
  }

  // MARK: Parts

  /// One run with faults, which must happen, and one without; both checkers accept the first.
  private func compare(
    _ item: Case, in folder: TemporaryFolder, secondsPerQuery: Double
  ) throws -> (faulty: ProgramRun, sound: ProgramRun) {
    let model = ProgramRun.fixture("models/\(item.subject.file)")
    let arguments =
      ["stability", model, "--json", "--jobs", "2", "--engine", item.subject.engines]
      + item.subject.domain
    let sound = try ProgramRun.run("espalier", arguments + ["-o", folder.path("sound.json")])
    let isHanging = item.fault == "hang"
    let faulty = try ProgramRun.run(
      "espalier",
      arguments + ["-o", folder.path("faulty.json"), "--worker-program", Self.worker]
        + (isHanging ? ["--unit-time-limit", "\(secondsPerQuery)"] : []),
      environment: [
        "FAULT":
          "\(item.fault) \(item.seed) \(item.rate) \(item.mostPerQuery) \(folder.path("log"))"
      ])
    let faultCount =
      try folder.names.contains("log")
      ? folder.text("log").split(separator: "\n").count : 0
    print("\(faultCount) faults injected: \(item.testDescription)")
    #expect(faultCount > 0, "a case without a fault says nothing")
    try Checkers.expectAcceptance(
      of: folder.path("faulty.json"), model: model, validatesSchema: false)
    return (faulty, sound)
  }

  private static let worker = ProgramRun.binaries.appendingPathComponent("FaultyWorker").path

  private func units(_ run: ProgramRun) throws -> [JSONValue] {
    try JSONParser.parse(Array(run.output.utf8)).member("units").asArray(path: "$")
  }

  private func stabilities(_ run: ProgramRun) throws -> [JSONValue] {
    try units(run).map { try $0.member("stability") }
  }
}
