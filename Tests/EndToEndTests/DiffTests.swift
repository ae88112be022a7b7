import Foundation
import StrictJSON
import Testing

/// `espalier diff`: brackets, questions, certificates, limits and bad input.
@Suite struct DiffTests {
  let demo = ProgramRun.fixture("demo/mnist_100-100_l1-0.0004_s11.onnx")
  let moons = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
  let shallow = ProgramRun.fixture("models/trained/moons_8_l1-0_s11.onnx")
  let box = ["--box", "0,1"]

  // MARK: Pairs that are equal

  @Test func aModelEqualsItself() throws {
    let run = try diff([demo, demo] + box)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("largest      0      0"))
    #expect(run.output.contains("equal on the domain, unit by unit"))
  }

  @Test func aPrunedModelEqualsItsOriginWithoutTheCertificate() throws {
    let pruned = try Pruned(demo)
    let run = try diff(
      [demo, pruned.small, "--epsilon", "0", "--argmax", "--float-noise", "--json"] + box)
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSONParser.parse(Array(run.output.utf8))
    for question in ["epsilon", "argmax", "floatNoise"] {
      #expect(try report.member(question).asString(path: "$") == "holds")
    }
    #expect(try report.member("source").asString(path: "$") == "structure")
    for output in try report.member("outputs").asArray(path: "$") {
      #expect(try output.member("upper").asString(path: "$") == "0")
    }
  }

  /// Linear units by rank: equal over the reals, but new numbers are rounded.
  @Test func aRewrittenModelIsWithinEpsilonWithoutTheCertificate() throws {
    let pruned = try Pruned(demo, rules: "all")
    let questions = ["--epsilon", "1e-6", "--float-noise"]
    for domain in [box, ["--certificate", pruned.certificate]] {
      let run = try diff([demo, pruned.small] + questions + domain)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("epsilon: yes (proved)"))
      #expect(run.output.contains("float noise: yes (proved)"))
      #expect(!run.output.contains("largest      0      0"))
    }
  }

  @Test func aCertificateOfThePairNeedsNoSearch() throws {
    let pruned = try Pruned(demo)
    let run = try diff([demo, pruned.small, "--certificate", pruned.certificate, "--argmax"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("from the rewrite log of the certificate"))
    #expect(run.output.contains("argmax: yes (proved)"))
  }

  @Test func aCertificateOfAnotherPairIsRefused() throws {
    let pruned = try Pruned(demo)
    let other = try diff([demo, demo, "--certificate", pruned.certificate])
    #expect(other.status == 65)
    #expect(other.errors.contains("the certificate does not hold"))
    let withoutPruning = try Pruned(demo, prunes: false)
    let plain = try diff([demo, demo, "--certificate", withoutPruning.certificate])
    #expect(plain.status == 65)
    #expect(plain.errors.contains("a pruning that yields the second model"))
    let twice = try diff([demo, pruned.small, "--certificate", pruned.certificate] + box)
    #expect(twice.status == 64)
    #expect(twice.errors.contains("--certificate brings its domain"))
  }

  // MARK: Pairs that are not

  @Test func aBracketOfUnequalDepthsCloses() throws {
    let run = try diff([moons, shallow, "--json"] + box)
    #expect(run.status == 0, "\(run.errors)")
    let report = try JSONParser.parse(Array(run.output.utf8))
    #expect(try report.member("closed") == .bool(true))
    #expect(try report.member("source").asString(path: "$") == "search")
    // The largest difference of output 0 lies between 16.4 and 16.6: another program, a grid.
    let first = try report.member("outputs").asArray(path: "$")[0]
    let lower = try #require(number(try first.member("lowerNear")))
    let upper = try #require(number(try first.member("upperNear")))
    #expect(lower > 16.4 && upper < 16.7 && lower <= upper)
  }

  @Test func epsilonIsAnsweredBothWays() throws {
    let folder = try TemporaryFolder()
    let witness = folder.path("witness.npy")
    let no = try diff([moons, shallow, "--epsilon", "10", "-o", witness] + box)
    #expect(no.status == 1, "\(no.errors)")
    #expect(no.output.contains("epsilon: no: some output differs by more than 10.0 (witness 0)"))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: witness)))
    #expect(bytes.count % 64 == 8)
    for start in [bytes.count - 8, bytes.count - 4] {
      let bits = bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      #expect((0...1).contains(Float(bitPattern: bits)))
    }
    let yes = try diff([moons, shallow, "--epsilon", "17"] + box)
    #expect(yes.status == 0, "\(yes.errors)")
    #expect(yes.output.contains("epsilon: yes (proved): every output differs by at most 17.0"))
  }

  @Test func classesThatDifferAreShown() throws {
    let folder = try TemporaryFolder()
    let run = try diff(
      [moons, shallow, "--argmax", "--json", "-o", folder.path("witness.npy")] + box)
    #expect(run.status == 1, "\(run.errors)")
    let report = try JSONParser.parse(Array(run.output.utf8))
    let shown = try report.member("disagreement")
    #expect(try shown.member("first") != shown.member("second"))
    #expect(folder.names == ["witness.npy"])
  }

  @Test func aMovedWeightIsToldFromNoise() throws {
    let folder = try TemporaryFolder()
    for (name, weight) in [("a", "0.5"), ("near", "0.5000000000000001"), ("far", "0.75")] {
      try """
      {"layers": [{"W": [[\(weight), 1], [-1, 1]], "b": [0.1, 0]}, \
      {"W": [[1, -1], [2, 0.5]], "b": [0, 1]}]}
      """.write(toFile: folder.path("\(name).json"), atomically: true, encoding: .utf8)
    }
    let near = try diff(
      [folder.path("a.json"), folder.path("near.json"), "--float-noise"] + box)
    #expect(near.status == 0, "\(near.output)\(near.errors)")
    #expect(near.output.contains("float noise: yes (proved)"))
    let far = try diff([folder.path("a.json"), folder.path("far.json"), "--float-noise"] + box)
    #expect(far.status == 1, "\(far.output)\(far.errors)")
    #expect(far.output.contains("float noise: no"))
    let bracket = try diff([folder.path("a.json"), folder.path("far.json"), "--json"] + box)
    let report = try JSONParser.parse(Array(bracket.output.utf8))
    // relu(x/2 + y + 0.1) against relu(3x/4 + y + 0.1): x/4 more, weighted 1 and 2.
    let outputs = try report.member("outputs").asArray(path: "$")
    #expect(try outputs.map { number(try $0.member("lowerNear")) } == [0.25, 0.5])
    #expect(try outputs.map { number(try $0.member("upperNear")) } == [0.25, 0.5])
  }

  // MARK: Limits

  @Test(arguments: [
    ["--time-limit", "1"], ["--node-limit", "1"], ["--engine", "samples,bounds"],
  ])
  func limitsLeaveABracket(limit: [String]) throws {
    let pair = ["25-25_l1-0.0001", "50-50_l1-0.0002"].map {
      ProgramRun.fixture("models/trained/mnist_\($0)_s11.onnx")
    }
    let start = ContinuousClock.now
    let run = try diff(pair + box + limit)
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.output.contains("largest"))
    #expect(run.errors.contains("undecided"))
    if limit[0] == "--time-limit" { #expect(ContinuousClock.now - start < .seconds(6)) }
  }

  @Test func aSignalEndsTheSearchWithABracket() throws {
    let pair = ["25-25_l1-0.0001", "50-50_l1-0.0002"].map {
      ProgramRun.fixture("models/trained/mnist_\($0)_s11.onnx")
    }
    let run = try ProgramRun.run("espalier", ["diff"] + pair + box, signalAfter: (2, SIGINT))
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.output.contains("largest"))
  }

  // MARK: Bad input

  @Test func pairsThatDoNotFitAreRefused() throws {
    let inputs = try diff([demo, shallow] + box)
    expectRefusal(inputs, 65, "inputs: expected 784, as the first model has, found 2")
    let rings = ProgramRun.fixture("models/trained/rings_16_l1-0_s11.onnx")
    expectRefusal(
      try diff([shallow, rings] + box), 65, "outputs: expected 2, as the first model has, found 3")
    expectRefusal(try diff([demo, demo]), 64, "an input domain is needed")
    expectRefusal(try diff([demo, "nowhere.onnx"] + box), 74, "nowhere.onnx")
    expectRefusal(try diff([demo, demo, "--epsilon=-1"] + box), 64, "--epsilon")
    expectRefusal(try diff([demo, demo, "--gap", "0"] + box), 64, "--gap")
    expectRefusal(try diff([demo, demo, "-o", demo] + box), 64, "would be overwritten")
    let folder = try TemporaryFolder()
    try #"{"layers": [{"W": [[1]], "b": [0]}]}"#
      .write(toFile: folder.path("one.json"), atomically: true, encoding: .utf8)
    expectRefusal(
      try diff([folder.path("one.json"), folder.path("one.json"), "--argmax"] + box), 64,
      "at least 2 outputs")
  }

  @Test func differentOutputMapsAreRefused() throws {
    let plain = ProgramRun.fixture("models/variants/ts_view_op13_static.onnx")
    let mapped = ProgramRun.fixture("models/variants/ts_logsoftmax_op13.onnx")
    let run = try diff([plain, mapped] + box)
    expectRefusal(run, 65, "output maps")
    #expect(try diff([mapped, mapped] + box).status == 0)
  }

  // MARK: Parts

  private func diff(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun.run("espalier", ["diff"] + arguments)
  }

  private func number(_ value: JSONValue) -> Double? {
    if case .number(let text) = value { Double(text) } else { nil }
  }

  private func expectRefusal(_ run: ProgramRun, _ status: Int32, _ text: String) {
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(text), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  /// A certificate of a model, and the model that it allows.
  private struct Pruned {
    let folder: TemporaryFolder
    var certificate: String { folder.path("cert.json") }
    var small: String { folder.path("small.onnx") }

    init(_ model: String, prunes: Bool = true, rules: String = "R1,R3") throws {
      folder = try TemporaryFolder()
      try ProgramRun.espalier(
        "stability", model, "--box", "0,1", "-q", "-o", folder.path("cert.json"))
      guard prunes else { return }
      try ProgramRun.espalier(
        "prune", model, "--certificate", folder.path("cert.json"), "-o",
        folder.path("small.onnx"), "--rules", rules)
    }
  }
}
