import Foundation
import StrictJSON
import Testing

/// `espalier regions`: output, certificates, bounds, and what is refused.
@Suite struct RegionsTests {
  static let moons = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
  static let pca = ProgramRun.fixture("models/trained/pca5_8-8_l1-0_s11.onnx")

  // MARK: Results

  @Test func theTableHasOneColumnPerLayer() throws {
    let run = try ProgramRun.espalier("regions", Self.moons, "--box", "0,1")
    #expect(run.status == 0)
    #expect(run.output.contains("after layer 0") && run.output.contains("after layer 1"))
    let row = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("R2") })
    let words = row.split(separator: " ")
    #expect(words == ["R2", "activation", "23", "117"])
    #expect(run.errors == "note: no certificate was written; -o cert.jsonl writes one.\n")
  }

  @Test(arguments: ["cert.json", "cert.jsonl"], ["faces", "cells", "exact"])
  func certificatesAreAccepted(name: String, engine: String) throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path(name)
    let answer = try RegionAnswer(
      [Self.pca, "--box", "0,1", "--engine", engine, "-o", certificate])
    #expect(try answer.exact() == [25, 141])
    #expect(folder.names == [name])
    try Checkers.expectAcceptance(of: certificate, model: Self.pca)
    let check = try ProgramRun.check(certificate, Self.pca, "--json")
    #expect(check.output.contains("141"), "\(check.output)")
  }

  @Test(arguments: [
    "models/adversarial/identity_zero_s3", "models/adversarial/mirror_trap_s4",
    "models/adversarial/degenerate_domain_s1", "models/adversarial/tent_s2",
    "models/adversarial/doubling_s2", "models/adversarial/f32_overflow_s1",
  ])
  func certificatesOfHardNetworksAreAccepted(name: String) throws {
    let folder = try TemporaryFolder()
    let model = ProgramRun.fixture("\(name).onnx")
    for engine in ["faces", "cells"] {
      let answer = try RegionAnswer(
        [
          model, "--domain", ProgramRun.fixture("\(name).vnnlib"), "--engine", engine, "-o",
          folder.path("cert.json"),
        ])
      #expect(answer.run.status == 0)
      try Checkers.expectAcceptance(
        of: folder.path("cert.json"), model: model, validatesSchema: false)
    }
  }

  @Test func bothFormsAndAllJobsSayTheSame() throws {
    let folder = try TemporaryFolder()
    for jobs in ["1", "2", "3"] {
      try ProgramRun.espalier(
        "regions", Self.pca, "--box", "0,1", "-q", "--jobs", jobs, "-o",
        folder.path("\(jobs).jsonl"))
      #expect(try folder.text("\(jobs).jsonl") == folder.text("1.jsonl"))
    }
    try ProgramRun.espalier("convert", folder.path("1.jsonl"), folder.path("converted.json"))
    try ProgramRun.espalier(
      "regions", Self.pca, "--box", "0,1", "-q", "-o", folder.path("direct.json"))
    #expect(try folder.text("converted.json") == folder.text("direct.json"))
  }

  @Test func firstLayersAreCountedAlone() throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let answer = try RegionAnswer(
      [Self.pca, "--box", "0,1", "--layers", "1", "-o", certificate])
    #expect(try answer.exact() == [25])
    try Checkers.expectAcceptance(of: certificate, model: Self.pca, validatesSchema: false)
  }

  @Test(arguments: KnownRegions.trained.filter { $0.counts["activation"] ?? 0 < 200 })
  func boundsEncloseTheCount(known: KnownRegions) throws {
    let answer = try ProgramRun.run(
      "espalier",
      ["regions", known.model, "--bounds", "--json", "-q", "--trials", "5"] + known.domain)
    #expect(answer.status == 0, "\(answer.errors)")
    let document = try JSONParser.parse([UInt8](answer.output.utf8))
    let count = try #require(known.counts["activation"])
    var kinds: Set<String> = []
    for bound in try document.member("bounds").asArray(path: "$") {
      let kind = try bound.member("kind").asString(path: "$")
      kinds.insert(kind)
      let text = try bound.member("regions").asString(path: "$")
      // Numbers that do not fit are large enough.
      let value = Int(text) ?? .max
      if kind == "upper" { #expect(value >= count) } else { #expect(value <= count) }
    }
    #expect(kinds == ["upper", "lower"])
  }

  // MARK: Edges

  @Test func nothingOpenIsOneRegion() throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    let stable = ProgramRun.fixture("models/edge/all_active.onnx")
    for (model, box) in [(stable, "0,1"), (Self.moons, "0.25,0.25"), (Self.pca, "0.5,0.5")] {
      let answer = try RegionAnswer([model, "--box", box, "-o", certificate])
      #expect(try answer.exact().last == 1)
      try Checkers.expectAcceptance(of: certificate, model: model, validatesSchema: false)
      let all = try RegionAnswer([model, "--box", box, "--definition", "all"])
      #expect(try all.exact("patterns").last == 1 && all.exact("maps").last == 1)
    }
  }

  @Test func aNetworkWithoutReluIsOneRegion() throws {
    let folder = try TemporaryFolder()
    let model = folder.path("linear.json")
    try #"{"layers": [{"W": [[1, 2], [3, -1]], "b": [0, 0.5]}]}"#
      .write(toFile: model, atomically: true, encoding: .utf8)
    let answer = try RegionAnswer([model, "--box=-1,1", "--definition", "all"])
    #expect(try answer.exact("activation") == [1] && answer.exact("maps") == [1])
  }

  // MARK: Refusals

  @Test(arguments: [
    (["MOONS", "--box", "0,1", "--layers", "4"], 64, "--layers: expected 1 to 3"),
    (["MOONS", "--box", "0,1", "--layers", "0"], 64, "--layers: expected 1 to 3"),
    (["MOONS", "--box", "0,1", "--definition", "maps", "-o", "c.json"], 64, "-o: only a count"),
    (["MOONS", "--box", "0,1", "--bounds", "-o", "c.json"], 64, "-o: only a count"),
    (["MOONS", "--box", "0,1", "--no-proof", "-o", "c.json"], 64, "exclude each other"),
    (["MOONS", "--box", "0,1", "--engine", "polygons", "-o", "c"], 64, "-o: only a count"),
    (["MOONS", "--box", "0,1", "--definition", "all", "--resume", "j"], 64, "--resume: only"),
    (["MOONS", "--box", "0,1", "--definition", "maps", "--resume", "j"], 64, "--resume: only"),
    (["MOONS", "--box", "0,1", "--definition", "pieces", "--resume", "j"], 64, "--resume: only"),
    (["MOONS", "--box", "0,1", "--engine", "polygons", "--definition", "maps"], 64, "only"),
    (["MOONS", "--box", "0,1", "--max-regions", "0"], 64, "--max-regions: expected at least 1"),
    (["MOONS", "--box", "0,1", "--time-limit", "0"], 64, "--time-limit: expected"),
    (["MOONS", "--box", "0,1", "--jobs", "999"], 64, "--jobs: expected"),
    (["MOONS", "--box", "0,1", "-o", "MOONS"], 64, "would be overwritten"),
    (["MOONS", "--box", "0,1", "--resume", "MOONS"], 64, "would be overwritten"),
    (["PCA", "--box", "0,1", "--engine", "polygons"], 64, "expected two free inputs"),
    (["MOONS", "--box", "1,0"], 65, "the domain is empty"),
    (["nothing.onnx", "--box", "0,1"], 74, "cannot read the file"),
    (["MOONS", "--box", "0,1", "--resume", "/nonexistent/j"], 74, "opening"),
    (["MOONS", "--box", "0,1", "-o", "/nonexistent/c.jsonl"], 74, "nothing was changed"),
    (["MOONS", "--box", "0,1", "--resume", "TOY/toy.onnx"], 65, "expected a journal"),
  ])
  func badOptionsAreOneClearLine(arguments: [String], status: Int, text: String) throws {
    let toy = ProgramRun.fixture("toy")
    let before = try Data(contentsOf: URL(fileURLWithPath: toy + "/toy.onnx"))
    let words = arguments.map {
      $0 == "MOONS" ? Self.moons : $0 == "PCA" ? Self.pca : $0.replacing("TOY", with: toy)
    }
    let run = try ProgramRun.run("espalier", ["regions", "-q"] + words)
    #expect(run.status == Int32(status) && !run.wasSignalled, "\(run.status) \(run.errors)")
    #expect(run.errors.contains(text), "\(run.errors)")
    #expect(run.output.isEmpty)
    let lines = run.errors.split(separator: "\n")
    let errors = lines.filter { $0.lowercased().hasPrefix("error: ") }
    #expect(errors.count == 1 && lines.first == errors.first, "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: toy + "/toy.onnx")) == before)
  }

  @Test func ballsAreRefused() throws {
    let folder = try TemporaryFolder()
    let domain = folder.path("ball.json")
    let text = """
      {"format": "espalier-domain/1", "lower": ["0", "0"], "upper": ["0x1p0", "0x1p0"], "rows": [],
       "ball": {"center": ["0x1p-1", "0x1p-1"], "radius": "0x1p-2"}}
      """
    try text.write(toFile: domain, atomically: true, encoding: .utf8)
    let run = try ProgramRun.espalier("regions", Self.moons, "--domain", domain, "-q")
    #expect(run.status == 65, "\(run.errors)")
    #expect(run.errors.contains("L1 ball"), "\(run.errors)")
  }
}
