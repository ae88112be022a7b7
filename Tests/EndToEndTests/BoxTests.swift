import Foundation
import StrictJSON
import Testing

/// Networks with few inputs, whose domains are cut into boxes.
@Suite struct BoxTests {
  private static let model = ProgramRun.fixture(
    "models/thirdparty/ACASXU_run2a_3_3_batch_2000.onnx")
  private static let domain = ProgramRun.fixture("domains/prop_4.vnnlib")

  /// A counter that must not grow: the boxes that decide all 300 units.
  private static let mostBoxes = 20

  private static func integer(_ name: String, in text: String) throws -> Int {
    var object = try JSONObjectReader(JSONParser.parse(Array(text.utf8)), path: "$")
    guard case .number(let digits) = try object.take(name) else { return -1 }
    return Int(digits) ?? -1
  }

  @Test func decidesAllUnitsInFewBoxes() throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let run = try ProgramRun.espalier(
      "stability", Self.model, "--domain", Self.domain, "-q", "-o", certificate)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("boxes"))
    let check = try ProgramRun.run("espalier-check", [certificate, Self.model, "--json"])
    let count = try Self.integer("boxes", in: check.output)
    #expect((2...Self.mostBoxes).contains(count), "\(count) boxes")
    try Checkers.expectAcceptance(of: certificate, model: Self.model)
    // What boxes prove can be removed like anything else.
    let small = folder.path("small.onnx")
    let prune = try ProgramRun.espalier(
      "prune", Self.model, "--certificate", certificate, "-o", small)
    #expect(prune.status == 0, "\(prune.errors)")
    try Checkers.expectAcceptance(of: certificate, model: Self.model, small: small)
  }

  @Test func certificatesDoNotDependOnTheNumberOfJobs() throws {
    let folder = try TemporaryFolder()
    let names = ["1", "2"].map { folder.path("\($0).jsonl") }
    for (jobs, name) in zip(["1", "2"], names) {
      let run = try ProgramRun.espalier(
        "stability", Self.model, "--domain", Self.domain, "-q", "--jobs", jobs, "-o", name)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(
      FileManager.default.contents(atPath: names[0])
        == FileManager.default.contents(atPath: names[1]))
    try Checkers.expectAcceptance(of: names[0], model: Self.model, validatesSchema: false)
  }
}
