import Foundation
import StrictJSON
import Testing

/// The programs on networks whose answers are known: no contradiction, everything decided, and
/// every certificate accepted by both checkers and by the schema.
@Suite struct VerdictTests {
  @Test(arguments: KnownAnswers.adversarial)
  func adversarialNetworksAreDecidedAsKnown(known: KnownAnswers.Case) throws {
    try decide(known, limits: [])
  }

  @Test(arguments: KnownAnswers.edge)
  func edgeCasesAreDecidedAsKnown(known: KnownAnswers.Case) throws {
    try decide(known, limits: [])
  }

  @Test(arguments: KnownAnswers.stability)
  func trainedNetworksAreDecidedAsKnown(known: KnownAnswers.Case) throws {
    try decide(known, limits: [])
  }

  @Test func thereAreAllCases() {
    #expect(KnownAnswers.adversarial.count == 71)
    #expect(KnownAnswers.edge.count == 8)
    #expect(KnownAnswers.stability.count == 27)
  }

  /// Whatever engines are left out, no verdict contradicts what is known.
  @Test(arguments: [
    "samples", "bounds", "boxes", "slopes", "tree", "cbc", "exact", "samples,bounds", "bounds,cbc",
    "samples,slopes,boxes",
  ])
  func fewerEnginesNeverContradict(engines: String) throws {
    let cases = KnownAnswers.edge + KnownAnswers.adversarial.filter { $0.name.hasSuffix("_s1") }
    for known in cases {
      let run = try ProgramRun.run(
        "espalier",
        ["stability", known.model, "--json", "-q", "--engine", engines, "--time-limit", "2"]
          + known.domain)
      #expect(run.status == 0 || run.status == 2, "\(known.name): \(run.errors)")
      let verdicts = try JSONParser.parse(Array(run.output.utf8))
      let comparison = try KnownAnswers.compare(verdicts, with: known)
      #expect(comparison.contradictions.isEmpty, "\(known.name) with \(engines)")
    }
  }

  /// Trees with more leaves than today are a change for the worse; the rule of branching is most of it.
  @Test(arguments: [
    ("100-100-100_l1-0.0001", ["--box", "0.2,0.25"], 1600),
    ("64-32_l1-0.0002", ["--box", "0,0.05", "--engine", "samples,bounds,tree"], 120),
  ])
  func treesDoNotGrow(network: String, options: [String], limit: Int) throws {
    let folder = try TemporaryFolder()
    let (model, certificate) = (
      ProgramRun.fixture("models/trained/mnist_\(network)_s11.onnx"), folder.path("cert.jsonl")
    )
    let run = try ProgramRun.run(
      "espalier", ["stability", model, "-q", "-o", certificate] + options)
    #expect(run.status == 0, "\(run.errors)")
    let check = try ProgramRun.run("espalier-check", [certificate, model, "--json"])
    let leaves = try JSONParser.parse(Array(check.output.utf8)).member("leaves")
    #expect(try leaves.asCount(path: "$") <= limit)
  }

  private func decide(_ known: KnownAnswers.Case, limits: [String]) throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let run = try ProgramRun.run(
      "espalier",
      ["stability", known.model, "--json", "-q", "-o", certificate] + known.domain + limits)
    #expect(run.status == 0, "\(run.errors)")
    let verdicts = try JSONParser.parse(Array(run.output.utf8))
    let comparison = try KnownAnswers.compare(verdicts, with: known)
    #expect(comparison.contradictions.isEmpty)
    #expect(comparison.undecidedCount == 0)
    try Checkers.expectAcceptance(of: certificate, model: known.model)
    let small = folder.path("small.onnx")
    let prune = try ProgramRun.espalier(
      "prune", known.model, "--certificate", certificate, "-o", small)
    #expect(prune.status == 0, "\(prune.errors)")
    try Checkers.expectAcceptance(of: certificate, model: known.model, small: small)
    #expect(folder.names == ["cert.json", "small.onnx"])
  }
}
