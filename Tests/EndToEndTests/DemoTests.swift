import Foundation
import StrictJSON
import Testing

/// The main job on the network of the demo, as the README shows it.
@Suite struct DemoTests {
  let model = ProgramRun.fixture("demo/mnist_100-100_l1-0.0004_s11.onnx")

  @Test func mainJobEndsWithAllUnitsDecidedAndTheSameClasses() throws {
    let folder = try TemporaryFolder()
    let (certificate, small) = (folder.path("cert.json"), folder.path("small.onnx"))
    let inspect = try ProgramRun.espalier("inspect", model)
    #expect(inspect.status == 0)
    #expect(inspect.output.contains("relu units      200"))
    let stability = try ProgramRun.espalier("stability", model, "--box", "0,1", "-o", certificate)
    #expect(stability.status == 0, "\(stability.errors)")
    #expect(stability.output.contains("  all         200        39      55       106          0"))
    // Zeros alone, and everything.
    for (rules, units, tier) in [("R1,R3", 171, "E0"), ("all", 169, "E1")] {
      let plan = try ProgramRun.espalier(
        "plan", certificate, model, "--json", "--rules", rules)
      let document = try JSONParser.parse(Array(plan.output.utf8))
      #expect(try document.member("after").member("units").asCount(path: "$") == units)
      #expect(try document.member("tier").asString(path: "$") == tier)
      let prune = try ProgramRun.espalier(
        "prune", model, "--certificate", certificate, "-o", small, "--rules", rules)
      #expect(prune.status == 0, "\(prune.errors)")
      try Checkers.expectAcceptance(of: certificate, model: model, small: small)
      try expectSameClasses(small, areIdentical: tier == "E0")
    }
  }

  /// The certificate that the documents go through by hand, and the schema with it.
  @Test func theToyOfTheDocumentsHolds() throws {
    try Checkers.expectAcceptance(
      of: ProgramRun.fixture("toy/cert.json"), model: ProgramRun.fixture("toy/toy.onnx"),
      small: ProgramRun.fixture("toy/small.onnx"))
  }

  @Test func planFindsTheModelBesideTheCertificate() throws {
    let folder = try TemporaryFolder()
    let copy = folder.path("mnist_100-100_l1-0.0004_s11.onnx")
    try FileManager.default.copyItem(atPath: model, toPath: copy)
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", copy, "--box", "0,1", "-q", "-o", certificate)
    #expect(try ProgramRun.espalier("plan", certificate).status == 0)
    try FileManager.default.removeItem(atPath: copy)
    let lost = try ProgramRun.espalier("plan", certificate)
    #expect(lost.status == 74)
    #expect(lost.errors.contains("mnist_100-100_l1-0.0004_s11.onnx"))
  }

  @Test func certificateOfAnotherModelOrAChangedFileIsRejected() throws {
    let folder = try TemporaryFolder()
    let (certificate, small) = (folder.path("cert.json"), folder.path("small.onnx"))
    try ProgramRun.espalier("stability", model, "--box", "0,1", "-q", "-o", certificate)
    let other = ProgramRun.fixture("models/trained/mnist_50-50_l1-0.0002_s11.onnx")
    try Checkers.expectRejection(of: certificate, rule: "model-digest", model: other)
    try ProgramRun.espalier("prune", model, "--certificate", certificate, "-o", small)
    try Checkers.expectRejection(of: certificate, rule: "result-digest", model: model)
    try Checkers.expectRejection(
      of: certificate, rule: "result-network", model: model, small: model)
    // One bit of one stored weight, far from all headers.
    var bytes = try Data(contentsOf: URL(fileURLWithPath: small))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: small))
    try Checkers.expectRejection(
      of: certificate, rule: "result-network", model: model, small: small)
  }

  /// Boxes on several threads, and trees with more nodes than are bounded together.
  @Test(arguments: [
    (
      "models/thirdparty/ACASXU_run2a_3_3_batch_2000.onnx",
      ["--domain", ProgramRun.fixture("domains/prop_4.vnnlib")], Int32(0)
    ),
    (
      "models/trained/mnist_100-100-100_l1-0.0001_s11.onnx",
      ["--box", "0,0.06", "--engine", "samples,bounds,slopes", "--node-limit", "30"], Int32(2)
    ),
    ("models/trained/mnist_100-100-100_l1-0.0001_s11.onnx", ["--box", "0.2,0.25"], Int32(0)),
  ])
  func theSameRunGivesTheSameBytesWhateverTheJobs(
    network: String, options: [String], status: Int32
  ) throws {
    let folder = try TemporaryFolder()
    for jobs in ["1", "2", "3"] {
      let run = try ProgramRun.run(
        "espalier",
        ["stability", ProgramRun.fixture(network), "-q", "--jobs", jobs]
          + ["-o", folder.path("cert\(jobs).jsonl")] + options)
      #expect(run.status == status, "\(run.errors)")
    }
    let first = try folder.text("cert1.jsonl")
    #expect(try folder.text("cert2.jsonl") == first)
    #expect(try folder.text("cert3.jsonl") == first)
  }

  private func expectSameClasses(_ small: String, areIdentical: Bool) throws {
    let script = ProgramRun.package.appendingPathComponent("Tests/Runtime/compare.py").path
    let run = try ProgramRun.run(try Checkers.python(), [script, model, small, "--json"])
    let result = try JSONParser.parse(Array(run.output.utf8))
    #expect(try result.member("identicalLogits") == .bool(areIdentical))
    #expect(try result.member("classDiffers").asCount(path: "$") == 0)
    print("ONNX Runtime, demo network before and after: \(run.output)")
  }
}
