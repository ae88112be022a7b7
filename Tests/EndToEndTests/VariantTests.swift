import Foundation
import StrictJSON
import Testing

/// One function in many forms of file: the same verdicts everywhere.
@Suite struct VariantTests {
  static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: ProgramRun.fixture("models/variants"))) ?? [])
    .filter { $0.hasSuffix(".onnx") && $0 != "ts_float64_50-50.onnx" }
    .filter { !$0.contains("normalise_inside") }.sorted()

  @Test func thereAreAllVariants() { #expect(Self.files.count == 17) }

  @Test func everyVariantGetsTheSameVerdicts() throws {
    var seen: [[String]: [String]] = [:]
    for file in Self.files {
      let path = ProgramRun.fixture("models/variants/\(file)")
      let run = try ProgramRun.espalier("stability", path, "--box", "0,1", "--json", "-q")
      #expect(run.status == 0, "\(file): \(run.errors)")
      let units = try JSONParser.parse(Array(run.output.utf8)).member("units")
      let verdicts = try units.asArray(path: "$").map {
        try $0.member("stability").asString(path: "$")
      }
      seen[verdicts, default: []].append(file)
    }
    #expect(seen.count == 1, "\(seen.values)")
  }

  @Test(arguments: files + ["own_normalise_inside_64-64.onnx", "ts_float64_50-50.onnx"])
  func everyVariantIsPrunedAndChecked(file: String) throws {
    let folder = try TemporaryFolder()
    let path = ProgramRun.fixture("models/variants/\(file)")
    let (certificate, small) = (folder.path("cert.json"), folder.path("small.onnx"))
    let run = try ProgramRun.espalier("stability", path, "--box", "0,1", "-q", "-o", certificate)
    #expect(run.status == 0, "\(run.errors)")
    let prune = try ProgramRun.espalier("prune", path, "--certificate", certificate, "-o", small)
    #expect(prune.status == 0, "\(prune.errors)")
    try Checkers.expectAcceptance(of: certificate, model: path, small: small)
    let python = try Checkers.python()
    let script = ProgramRun.package.appendingPathComponent("Tests/Runtime/compare.py").path
    let compare = try ProgramRun.run(python, [script, path, small, "--json"])
    #expect(compare.status == 0, "\(compare.errors)")
    let result = try JSONParser.parse(Array(compare.output.utf8))
    #expect(try result.member("classDiffers").asCount(path: "$") == 0)
  }
}
