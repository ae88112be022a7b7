import Foundation
import StrictJSON
import Testing

/// `espalier shallow`: the network that it writes, what it says about it, and what is refused.
@Suite struct ShallowTests {
  static let moons = ProgramRun.fixture("models/trained/moons_8_l1-0_s11.onnx")
  static let deep = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
  static let sine = ProgramRun.fixture("models/trained/sine1d_8-8_s11.onnx")

  // MARK: Results

  @Test func theTableNamesUnitsAndSlabs() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("shallow.onnx")
    let run = try ProgramRun.espalier(
      "shallow", Self.deep, "--box", "0,1", "--slab", "0.05,0.1,0.01", "-o", path, "-q")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.contains { $0.starts(with: ["built,", "117", "blocks"]) && $0[4] == "234" })
    #expect(lines.contains { $0.suffix(3) == ["234", "234", "56,162"] })
    // The largest slab comes first; each is rounded down to a power of two.
    #expect(lines.compactMap { Double($0[0]) }.suffix(3) == [0.1, 0.05, 0.01])
    #expect(lines.contains { $0.starts(with: ["0.1", "0.0625"]) })
    #expect(folder.names == ["shallow.onnx"])
    let inspect = try ProgramRun.espalier("inspect", path, "--json")
    #expect(inspect.status == 0, "\(inspect.errors)")
    #expect(inspect.output.contains("espalier") && inspect.output.contains("float64"))
    let regions = try RegionAnswer([path, "--box", "0,1", "--max-regions", "5"])
    #expect(regions.run.status == 2)
  }

  @Test(arguments: [moons, deep, sine], ["float64", "float32"])
  func theRuntimeAgreesOutsideOfSlabs(model: String, type: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("shallow.onnx")
    let box = model == Self.sine ? ["-1", "1"] : ["0", "1"]
    let run = try ProgramRun.run(
      "espalier",
      [
        "shallow", model, "--box=\(box.joined(separator: ","))", "--slab", "0.004", "-o", path,
        "--type", type, "--json", "-q",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSONParser.parse(Array(run.output.utf8))
    #expect(try report.member("format") == .string("espalier-shallow/1"))
    let slab = try #require(try report.member("slabs").asArray(path: "$").first)
    // Sums of float32 terms of the size B a / η lose digits, so the tolerance is another there.
    let tolerance = type == "float64" ? "1e-3" : "0.25"
    let python = try ProgramRun.run(
      try Checkers.python(), [Self.script, model, path] + box + [tolerance])
    #expect(python.status == 0, "\(python.errors)")
    let answer = try JSONParser.parse(Array(python.output.utf8))
    let points = try number(answer.member("points"))
    let equal = try number(answer.member("equal"))
    // Within what is proved and what was measured; three standard deviations of the sample.
    let upper = try number(slab.member("measured").member("interval").asArray(path: "$")[1])
    let bound = try number(slab.member("shareBound"))
    let share = 1 - equal / points
    let margin = 3 * (upper / points).squareRoot()
    #expect(share <= min(bound, upper) + margin, "\(share), \(bound), \(upper)")
    #expect(try number(answer.member("largest")) <= number(slab.member("errorBound")) + 0.25)
  }

  @Test func smallDomainsBecomeOneAffineMap() throws {
    let folder = try TemporaryFolder()
    let center = folder.path("x.npy")
    try NumPyFile.bytes([0.1, 0.9]).write(to: folder.url.appendingPathComponent("x.npy"))
    let run = try ProgramRun.espalier(
      "shallow", Self.deep, "--center", center, "--radius", "0.0001", "--slab", "0.1", "-o",
      folder.path("affine.onnx"), "-q")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("One affine map on the whole domain"))
    let inspect = try ProgramRun.espalier("inspect", folder.path("affine.onnx"))
    #expect(inspect.output.contains("relu units      0"), "\(inspect.output)")
  }

  @Test func allPatternsOfAFewUnits() throws {
    let run = try ProgramRun.espalier(
      "shallow", Self.moons, "--box", "0,1", "--slab", "0.1", "--patterns", "all", "--json", "-q")
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSONParser.parse(Array(run.output.utf8))
    #expect(try report.member("blocks") == .integer(128))
    let sizes = try report.member("sizes")
    #expect(try sizes.member("built") == sizes.member("all"))
  }

  // MARK: Refusals

  static let refusals: [(arguments: String, status: Int32, text: String)] = [
    ("--box 0,1 --slab 0", 64, "expected positive numbers"),
    ("--box 0,1 --slab 0.1,x", 64, "expected positive numbers"),
    ("--box 0,1", 64, "--slab"),
    ("--slab 0.1", 64, "an input domain is needed"),
    ("--box 0,1 --slab 0.1 -o net.json", 64, "ending in .onnx"),
    ("--box 0,1 --slab 0.1 --patterns some", 64, "--patterns"),
    ("--box 0,1 --slab 0.1 --patterns all", 2, "N2 = 33,554,432 units"),
    ("--box 0,1 --slab 0.1 --max-parameters 1000", 2, "at most 1,000 are allowed"),
    ("--box 0,1 --slab 0.1 --max-regions 10", 2, "the limit of 10 regions (--max-regions)"),
    ("--box 0,1 --slab 0.1 --time-limit 0.000001", 2, "--time-limit"),
    ("--box 0,1 --slab 1e-25 --type float32", 65, "take a wider one"),
    ("--center x.npy --radius 1 --norm l1 --slab 0.1", 65, "L1 ball"),
  ]

  @Test(arguments: refusals)
  func wrongWishesAreRefused(
    refusal: (arguments: String, status: Int32, text: String)
  ) throws {
    let folder = try TemporaryFolder()
    try NumPyFile.bytes([0.5, 0.5]).write(to: folder.url.appendingPathComponent("x.npy"))
    var arguments = refusal.arguments.split(separator: " ").map(String.init)
    if let place = arguments.firstIndex(of: "x.npy") { arguments[place] = folder.path("x.npy") }
    if !arguments.contains("-o") { arguments += ["-o", folder.path("shallow.onnx")] }
    let run = try ProgramRun.run("espalier", ["shallow", Self.deep, "-q"] + arguments)
    #expect(run.status == refusal.status, "\(run.errors)")
    #expect(run.errors.contains(refusal.text), "\(run.errors)")
    #expect(run.output.isEmpty && folder.names == ["x.npy"])
  }

  @Test func modelsAreNotOverwritten() throws {
    let folder = try TemporaryFolder()
    let model = folder.path("net.onnx")
    try FileManager.default.copyItem(atPath: Self.moons, toPath: model)
    let run = try ProgramRun.espalier(
      "shallow", model, "--box", "0,1", "--slab", "0.1", "-o", model)
    #expect(run.status == 64 && run.errors.contains("would be overwritten"), "\(run.errors)")
  }

  private static let script =
    ProgramRun.package.appendingPathComponent("Tests/Runtime/shallow.py").path

  private func number(_ value: JSONValue) throws -> Double {
    guard case .number(let text) = value, let number = Double(text) else {
      Issue.record("expected a number, found \(value)")
      return .nan
    }
    return number
  }
}
