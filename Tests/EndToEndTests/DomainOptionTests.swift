import Foundation
import StrictJSON
import Testing

/// Every way to name a domain leads to the domain that is meant, and it stands in the result.
@Suite struct DomainOptionTests {
  let model = ProgramRun.fixture("models/edge/touching_box.onnx")

  /// The `domain` of the JSON result of a run.
  private func domain(_ arguments: [String]) throws -> JSONValue {
    let run = try ProgramRun.run("espalier", ["stability", model, "--json", "-q"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONParser.parse(Array(run.output.utf8)).member("domain")
  }

  private func ends(_ domain: JSONValue, _ side: String) throws -> [String] {
    try domain.member(side).asArray(path: "$").map { try $0.asString(path: "$") }
  }

  @Test func boxesMayStartWithAMinus() throws {
    let domain = try domain(["--box", "-1,0.5"])
    #expect(try ends(domain, "lower") == ["-0x1p0", "-0x1p0"])
    #expect(try ends(domain, "upper") == ["0x1p-1", "0x1p-1"])
  }

  @Test func ballsAreCutByTheBox() throws {
    let folder = try TemporaryFolder()
    try NumPyFile.bytes([0.25, 1]).write(to: folder.url.appendingPathComponent("x.npy"))
    let center = ["--center", folder.path("x.npy"), "--radius", "0.5"]
    let square = try domain(center + ["--box", "0,1"])
    #expect(try ends(square, "lower") == ["0", "0x1p-1"])
    #expect(try ends(square, "upper") == ["0x3p-2", "0x1p0"])
    #expect(try square.member("ball") == .null)
    let diamond = try domain(center + ["--norm", "l1"])
    #expect(try ends(diamond, "upper") == ["0x3p-2", "0x3p-1"])
    #expect(try diamond.member("ball").member("radius") == .string("0x1p-1"))
  }

  @Test func filesOfEveryFormatSayTheSame() throws {
    let folder = try TemporaryFolder()
    let texts = [
      "v1.vnnlib": """
      (declare-const X_0 Real)
      (declare-const X_1 Real)
      (declare-const Y_0 Real)
      (assert (and (>= X_0 0) (<= X_0 0.5) (>= X_1 -1.0) (<= X_1 2.5e-1)))
      (assert (<= Y_0 3.0))
      """,
      "v2.vnnlib": """
      (vnnlib-version <2.0>)
      (declare-network N
        (declare-input X float32 [1,2])
        (declare-output Y float32 [1,1]))
      (assert (>= X[0,0] 0.0))
      (assert (<= X[0,0] 0.5))
      (assert (>= X[0,1] -1.0))
      (assert (<= X[0,1] 0.25))
      """,
      "ours.json": """
      {"format": "espalier-domain/1", "lower": [0, -1], "upper": ["0x1p-1", 0.25]}
      """,
      "box.json": #"{"lo": [0, -1], "hi": [0.5, 0.25], "label": 3}"#,
      "omlt.json": #"{"0": [0, 0.5], "1": [-1, 0.25]}"#,
    ]
    for (name, text) in texts {
      try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
      let domain = try domain(["--domain", folder.path(name)])
      #expect(try ends(domain, "lower") == ["0", "-0x1p0"], "\(name)")
      #expect(try ends(domain, "upper") == ["0x1p-1", "0x1p-2"], "\(name)")
    }
  }

  @Test func rowsAreKeptAndCertified() throws {
    let folder = try TemporaryFolder()
    let text = """
      {"format": "espalier-domain/1", "lower": [0, 0], "upper": [1, 1],
       "rows": [{"terms": [[0, 1], [1, 1]], "bound": 0.5}],
       "ball": {"center": [0, 0], "radius": 0.75}}
      """
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("d.json"))
    let certificate = folder.path("cert.json")
    let run = try ProgramRun.espalier(
      "stability", model, "--domain", folder.path("d.json"), "-q", "-o", certificate)
    #expect(run.status == 0, "\(run.errors)")
    try Checkers.expectAcceptance(of: certificate, model: model)
  }

  @Test func emptyDomainsAreRefusedWithTheReason() throws {
    let folder = try TemporaryFolder()
    let text = """
      {"format": "espalier-domain/1", "lower": [0, 0], "upper": [1, 1],
       "rows": [{"terms": [[0, 1], [1, 1]], "bound": -0.5}]}
      """
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("d.json"))
    let run = try ProgramRun.espalier("stability", model, "--domain", folder.path("d.json"))
    #expect(run.status == 65)
    #expect(run.errors.contains("the domain is empty"), "\(run.errors)")
  }

  @Test func modelsMayNameTheirDomain() throws {
    let file = ProgramRun.fixture("malformed/ok_plain.npz")
    let folder = try TemporaryFolder()
    let run = try ProgramRun.espalier("stability", file, "-o", folder.path("cert.json"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("the one that the model file names"))
    let check = try ProgramRun.check(folder.path("cert.json"), file)
    #expect(check.status == 0, "\(check.output)")
    let nnet = ProgramRun.fixture("models/thirdparty/ACASXU_experimental_v2a_1_1.nnet")
    #expect(try ProgramRun.espalier("inspect", nnet).status == 0)
  }
}

/// Files as NumPy writes them.
enum NumPyFile {
  /// The bytes of a one-dimensional array of float64 numbers, version 1.0.
  static func bytes(_ numbers: [Double]) -> Data {
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(numbers.count),), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    data += Data([UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
    data += Data(header.utf8)
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }
}
