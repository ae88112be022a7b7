import Foundation
import StrictJSON
import Testing

/// `espalier prune`: on a domain of its own, with every option, guarded, and with bad input.
@Suite struct PruneTests {
  let mnist = ProgramRun.fixture("models/trained/mnist_25-25_l1-0.0004_s11.onnx")
  let moons = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
  let deep = ProgramRun.fixture("models/trained/mnist_100-100-100_l1-0.0004_s11.onnx")

  // MARK: Domains

  /// Norms of balls round a point; nil for a box.
  @Test(arguments: ["inf", "l1"])
  func aSmallDomainIsDecidedPrunedAndGuarded(norm: String) throws {
    let folder = try TemporaryFolder()
    let center = (0..<784).map { Double(Float($0 % 7 == 0 ? 0.5 : 0)) }
    try NumPyFile.bytes(center).write(to: folder.url.appendingPathComponent("x.npy"))
    let (small, gate) = (folder.path("small.onnx"), folder.path("guard.onnx"))
    let run = try prune(
      mnist,
      [
        "--center", folder.path("x.npy"), "--radius", "0.003", "--norm", norm, "--box", "0,1", "-o",
        small, "--guard", gate, "--json",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let plan = try JSONParser.parse(Array(run.output.utf8)).member("plan")
    #expect(try 10 * size(plan, "after") < 6 * size(plan, "before"))
    let certificate = folder.path("small.cert.json")
    try Checkers.expectAcceptance(of: certificate, model: mnist, small: small)
    let check = try ProgramRun.run(
      try Checkers.python(), [Self.script("guard_check.py"), certificate, gate, mnist, small])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: small))
    for key in ["espalier.units", "espalier.stability", "espalier.domain", "espalier.after"] {
      #expect(bytes.range(of: Data(key.utf8)) != nil, "\(key)")
    }
  }

  /// One region is one affine map.
  @Test func insideARegionOneMapIsLeft() throws {
    let folder = try TemporaryFolder()
    try NumPyFile.bytes([0.5, 0.25]).write(to: folder.url.appendingPathComponent("x.npy"))
    let small = folder.path("small.onnx")
    let run = try prune(
      moons, ["--center", folder.path("x.npy"), "--radius", "1e-4", "-o", small, "--json"])
    let report = try JSONParser.parse(Array(run.output.utf8))
    #expect(try report.member("plan").member("after").member("units").asCount(path: "$") == 2)
    #expect(try report.member("argmax") != .null)
    try Checkers.expectAcceptance(
      of: folder.path("small.cert.json"), model: moons, small: small)
  }

  @Test func pointsOfOneClassMakeABox() throws {
    let folder = try TemporaryFolder()
    let points = [0.1, 0.2, 0.3, 0.25, 0.9, 0.8]
    try NumPyFile.bytes(points).write(to: folder.url.appendingPathComponent("x.npy"))
    try NumPyFile.bytes([1, 1, 0]).write(to: folder.url.appendingPathComponent("y.npy"))
    let base = ["--points", folder.path("x.npy"), "-o", folder.path("small.onnx"), "--json", "-q"]
    let labels = ["--labels", folder.path("y.npy"), "--class"]
    func ends(_ more: [String]) throws -> [String] {
      let run = try prune(moons, base + more)
      #expect(run.status == 0, "\(run.errors)")
      let domain = try JSONParser.parse(Array(run.output.utf8)).member("plan").member("domain")
      return try ["lower", "upper"].flatMap { side in
        try domain.member(side).asArray(path: "$").map { try $0.asString(path: "$") }
      }
    }
    let hex = { (value: Double) in Self.hexadecimal(value) }
    #expect(try ends([]) == [hex(0.1), hex(0.2), hex(0.9), hex(0.8)])
    #expect(try ends(labels + ["1"]) == [hex(0.1), hex(0.2), hex(0.3), hex(0.25)])
    #expect(
      try ends(labels + ["0", "--radius", "0.5", "--box", "0,1"])
        == [hex(0.9 - 0.5), hex(0.8 - 0.5), hex(1), hex(1)])
    let none = try prune(moons, base + labels + ["5"])
    #expect(none.status == 65)
    #expect(none.errors.contains("expected inputs of class 5, found none among 3"))
  }

  // MARK: Options

  @Test func optionsDoWhatTheySay() throws {
    let folder = try TemporaryFolder()
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", deep, "--box", "0,1", "-q", "-o", certificate)
    func widths(_ more: [String]) throws -> (units: [Int], tier: String) {
      let run = try prune(
        deep,
        [
          "--certificate", certificate, "--output-certificate", folder.path("pruned.json"), "-o",
          folder.path("small.onnx"), "--json", "-q",
        ] + more)
      #expect(run.status == 0, "\(run.errors)")
      let check = try ProgramRun.check(
        folder.path("pruned.json"), deep, folder.path("small.onnx"))
      #expect(check.status == 0, "\(check.output)")
      let plan = try JSONParser.parse(Array(run.output.utf8)).member("plan")
      let layers = try plan.member("layers").asArray(path: "$").dropLast()
      return (
        try layers.map { try $0.member("after").member("units").asCount(path: "$") },
        try plan.member("tier").asString(path: "$")
      )
    }
    let plain = try widths([])
    #expect(plain.tier == "E1")
    let zeros = try widths(["--rules", "R1,R3"])
    #expect(zeros.tier == "E0")
    #expect(zip(plain.units, zeros.units).allSatisfy { $0 <= $1 })
    #expect(plain.units[2] < zeros.units[2])
    let kept = try widths(["--keep", "1", "--keep", "2"])
    #expect(kept.units[1...] == [100, 100] && kept.units[0] < 100)
    let rounded = try widths(["--round-to", "8"])
    #expect(rounded.units.allSatisfy { $0 % 8 == 0 })
    #expect(zip(plain.units, rounded.units).allSatisfy { $0 <= $1 && $1 < $0 + 8 })
    let near = try widths(["--max-error", "5"])
    #expect(near.tier == "E2")
    #expect(near.units.reduce(0, +) < plain.units.reduce(0, +))
  }

  // MARK: Bad input

  @Test func wrongUsageHasOneMessageAndAStatus() throws {
    let folder = try TemporaryFolder()
    let small = folder.path("small.onnx")
    let certificate = folder.path("cert.json")
    try ProgramRun.espalier("stability", moons, "--box", "0,1", "-q", "-o", certificate)
    let cases: [(arguments: [String], message: String)] = [
      (["--certificate", certificate, "--box", "0,1"], "--certificate names the domain"),
      (["--box", "0,1", "--exact", "--max-error", "1"], "exclude each other"),
      (["--box", "0,1", "--max-error", "-1"], "expected a positive number"),
      (["--box", "0,1", "--max-error", "nan"], "expected a positive number"),
      (["--box", "0,1", "--round-to", "0"], "expected a whole number from 1 on"),
      (["--box", "0,1", "--keep", "2"], "expected a layer from 0 to 1"),
      (["--box", "0,1", "--rules", "R1,R10"], "expected some of R1 to R9"),
      (["--box", "0,1", "--minimize", "time"], "--minimize"),
      (["--box", "0,1", "--class", "1"], "need --points"),
      (["--box", "0,1", "--guard", "guard.txt"], "expected a name ending in .onnx"),
      (["--box", "0,1", "--guard", small], "a file would be overwritten"),
      ([], "an input domain is needed"),
    ]
    for (arguments, message) in cases {
      let run = try prune(moons, arguments + ["-o", small])
      #expect(run.status == 64, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(message), "\(arguments): \(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: small))
    }
  }

  // MARK: Parts

  private func prune(_ model: String, _ arguments: [String]) throws -> ProgramRun {
    try ProgramRun.run("espalier", ["prune", model] + arguments)
  }

  private func size(_ plan: JSONValue, _ when: String) throws -> Int {
    try plan.member(when).member("parameters").asCount(path: "$")
  }

  static func script(_ name: String) -> String {
    ProgramRun.package.appendingPathComponent("Tests/Runtime/\(name)").path
  }

  /// A double as certificates spell it.
  private static func hexadecimal(_ value: Double) -> String {
    var significand = Int(value.significandBitPattern) | 1 << 52
    var exponent = Int(value.exponent) - 52
    while significand % 2 == 0 { (significand, exponent) = (significand / 2, exponent + 1) }
    return "0x\(String(significand, radix: 16))p\(exponent)"
  }
}
