import Foundation
import Testing

/// Certificates in lines through the programs: written, converted, checked, pruned, and large.
@Suite struct LineFormTests {
  private static let model = ProgramRun.fixture(
    "models/thirdparty/ACASXU_run2a_3_3_batch_2000.onnx")
  /// The engines whose proofs are trees of units: boxes would leave nothing to them.
  private static let domain = [
    "--domain", ProgramRun.fixture("domains/prop_4.vnnlib"), "--engine",
    "samples,bounds,tree,cbc,exact",
  ]

  /// A folder with the certificate of the model in lines, the same whatever the number of workers.
  private static func written() throws -> (folder: TemporaryFolder, lines: String) {
    let folder = try TemporaryFolder()
    let lines = folder.path("cert.jsonl")
    let run = try ProgramRun.run(
      "espalier", ["stability", model, "-q", "-o", lines] + domain)
    #expect(run.status == 0, "\(run.errors)")
    return (folder, lines)
  }

  @Test func linesAreTheDocument() throws {
    let (folder, lines) = try Self.written()
    let document = folder.path("cert.json")
    let run = try ProgramRun.run(
      "espalier", ["stability", Self.model, "-q", "-o", document, "--jobs", "1"] + Self.domain)
    #expect(run.status == 0, "\(run.errors)")
    for (from, to, same) in [("cert.json", "b.jsonl", lines), ("cert.jsonl", "b.json", document)] {
      let convert = try ProgramRun.espalier("convert", folder.path(from), folder.path(to))
      #expect(convert.status == 0, "\(convert.errors)")
      #expect(
        try Data(contentsOf: folder.url.appendingPathComponent(to))
          == Data(contentsOf: URL(fileURLWithPath: same)))
    }
    for certificate in [lines, document] {
      try Checkers.expectAcceptance(of: certificate, model: Self.model)
    }
    let counts = try [lines, document].map { try ProgramRun.check($0, Self.model).output }
    #expect(counts[0] == counts[1])
  }

  @Test func planAndPruneReadAndWriteLines() throws {
    let (folder, lines) = try Self.written()
    #expect(try ProgramRun.espalier("plan", lines, Self.model).status == 0)
    let small = folder.path("small.onnx")
    let prune = try ProgramRun.espalier("prune", Self.model, "--certificate", lines, "-o", small)
    #expect(prune.status == 0, "\(prune.errors)")
    try Checkers.expectAcceptance(of: lines, model: Self.model, small: small)
  }

  @Test func damageIsNoticedByBothCheckers() throws {
    let (folder, lines) = try Self.written()
    let text = try Data(contentsOf: URL(fileURLWithPath: lines))
    let damaged = folder.path("damaged.jsonl")
    for cut in [text.count / 2, text.count - 1, text.count - 200] {
      try text.prefix(cut).write(to: URL(fileURLWithPath: damaged))
      try Checkers.expectRejection(of: damaged, rule: "lines", model: Self.model)
    }
  }

  @Test func convertRefusesOtherNamesAndFiles() throws {
    let (folder, lines) = try Self.written()
    for (arguments, status) in [
      ([lines, folder.path("cert.txt")], 64), ([lines, lines], 64),
      ([Self.model, folder.path("a.json")], 65),
      ([folder.path("none"), folder.path("a.json")], 74),
      ([lines, folder.path("no/a.json")], 74),
    ] {
      let run = try ProgramRun.run("espalier", ["convert"] + arguments)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
    #expect(folder.names == ["cert.jsonl"])
  }

  /// A hundred times the leaves, and hardly more memory: in both checkers.
  @Test func memoryDoesNotGrowWithLeaves() throws {
    let (folder, lines) = try Self.written()
    let sizes = [("few", 1_000), ("many", 100_000), ("some", 10_000)]
    for (name, count) in sizes {
      try ProgramRun.run(
        "/usr/bin/python3",
        [Self.tool("repeat_steps.py"), lines, folder.path("\(name).jsonl"), "\(count)"])
    }
    let ours = try ["few", "many"].map { name in
      try Self.kilobytes([
        ProgramRun.binaries.appendingPathComponent("espalier-check").path,
        folder.path("\(name).jsonl"), Self.model,
      ])
    }
    let second = try ["few", "some"].map { name in
      try Self.kilobytes([
        "/usr/bin/python3", Checkers.secondChecker, folder.path("\(name).jsonl"), Self.model,
      ])
    }
    print("peak memory in kB: espalier-check \(ours), second checker \(second)")
    // The lines of the many are more than 50 MB.
    #expect(ours[1] < ours[0] + 16_000)
    #expect(second[1] < second[0] + 16_000)
  }

  private static func tool(_ name: String) -> String {
    ProgramRun.package.appendingPathComponent("Tests/SecondChecker/\(name)").path
  }

  /// The largest resident size of a program that must accept.
  private static func kilobytes(_ command: [String]) throws -> Int {
    let script = """
      import resource, subprocess, sys
      code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      sys.exit(code)
      """
    let run = try ProgramRun.run("/usr/bin/python3", ["-c", script] + command)
    #expect(run.status == 0, "\(command): \(run.errors)")
    return try #require(Int(run.output.split(separator: "\n").last ?? ""))
  }
}
