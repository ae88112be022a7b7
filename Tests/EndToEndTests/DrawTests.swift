import Foundation
import StrictJSON
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `espalier draw`: pictures, documents and graphs, and what is refused.
@Suite struct DrawTests {
  let golden = ProgramRun.fixture("toy/max_min.json")
  let moons = ProgramRun.fixture("models/trained/moons_16-16_l1-0_s11.onnx")
  let digits = ProgramRun.fixture("models/trained/pca5_8-8_l1-0_s11.onnx")

  // MARK: Results

  @Test(arguments: ["map", "gradient", "class", "pattern"])
  func picturesAreWellFormed(color: String) throws {
    let folder = try TemporaryFolder()
    for model in [golden, moons] {
      let path = folder.path("slice.svg")
      let run = try ProgramRun.espalier(
        "draw", model, "--box", "-1,1", "--color", color, "-o", path)
      #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
      let elements = try XMLElements(try folder.text("slice.svg"))
      #expect(elements.counts["svg"] == 1)
      #expect(elements.attribute("class", of: "path").count { $0 == "region" } >= 5)
      #expect(elements.text.contains("pattern ") && elements.text.contains(" of layer 1"))
      #expect(folder.names == ["slice.svg"])
    }
  }

  @Test func thePictureOfTheGoldenCaseSaysItsCounts() throws {
    let run = try ProgramRun.espalier("draw", golden, "-q")
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.contains(">5 linear regions, 3 pieces, 3 affine maps<"))
    #expect(run.output.contains("class=\"fold\""))
  }

  @Test func documentsAreExactAndComplete() throws {
    let run = try ProgramRun.espalier("draw", golden, "--format", "json", "-q", "--color", "class")
    #expect(run.status == 0, "\(run.errors)")
    let document = try JSONParser.parse(Array(run.output.utf8))
    #expect(try document.member("format") == .string("espalier-slice/1"))
    let counts = try document.member("counts")
    for (key, count) in [
      ("feasiblePatterns", 7), ("regions", 5), ("openPieces", 3), ("closedPieces", 3), ("maps", 3),
    ] {
      #expect(try counts.member(key) == .integer(count))
    }
    let regions = try document.member("regions").asArray(path: "$")
    let areas = try regions.map { try $0.member("area").asString(path: "$") }
    #expect(areas.sorted() == ["1", "1", "1", "1/2", "1/2"])
    for region in regions {
      let vertices = try region.member("vertices").asArray(path: "$")
      #expect(try region.member("edges").asArray(path: "$").count == vertices.count)
      #expect(try region.member("pattern").asString(path: "$").utf8.count == 5)
    }
    #expect(try document.member("classes").asArray(path: "$").count >= 5)
  }

  @Test func graphsHaveTheirNodesAndEdges() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("slice.graphml")
    #expect(try ProgramRun.espalier("draw", golden, "-o", path, "-q").status == 0)
    let elements = try XMLElements(try folder.text("slice.graphml"))
    #expect(elements.counts["node"] == 5)
    #expect(elements.counts["edge"] == 5)
    let ids = Set(elements.attribute("id", of: "node"))
    #expect(Set(elements.attribute("source", of: "edge")).isSubset(of: ids))
    #expect(Set(elements.attribute("target", of: "edge")).isSubset(of: ids))
  }

  @Test func planesGoThroughThreePoints() throws {
    let folder = try TemporaryFolder()
    let paths = try files([[0, 0, 0, 0, 0], [1, 1, 0, 0, 1], [0, 1, 2, 0, 0.5]], in: folder)
    let run = try ProgramRun.espalier(
      "draw", digits, "--box", "0,1", "--plane", paths.joined(separator: ","), "-o",
      folder.path("slice.svg"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("x2.npy\" is outside the domain; the slice is cut to the domain"))
    #expect(try folder.text("slice.svg").contains("distance from x0 towards x1"))
  }

  @Test func otherInputsAreFixed() throws {
    let folder = try TemporaryFolder()
    let path = try files([[0, 0.25, 0.5, 0.75, 1]], in: folder)[0]
    let run = try ProgramRun.espalier(
      "draw", digits, "--box", "0,1", "--inputs", "4,1", "--at", path, "--format", "json", "-q")
    #expect(run.status == 0, "\(run.errors)")
    let slice = try JSONParser.parse(Array(run.output.utf8)).member("slice")
    #expect(
      try slice.member("origin").asArray(path: "$").map { try $0.asString(path: "$") }
        == ["0", "0", "1/2", "3/4", "0"])
    let middle = try ProgramRun.espalier("draw", digits, "--box", "0,1", "--inputs", "4,1")
    #expect(middle.status == 0 && middle.errors.contains("at the middle of their intervals"))
  }

  @Test func theLimitOnRegionsHasStatus2() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("slice.json")
    let run = try ProgramRun.espalier(
      "draw", moons, "--box", "0,1", "--max-regions", "100", "-q", "-o", path)
    #expect(run.status == 2)
    #expect(
      run.errors.contains("layer 1 makes more than 100 regions")
        && run.errors.contains("written is what the first layer makes, 23 regions"),
      "\(run.errors)")
    let document = try JSONParser.parse(Array(try folder.text("slice.json").utf8))
    #expect(try document.member("isCutShort") == .bool(true))
    #expect(try document.member("regions").asArray(path: "$").count == 23)
    let nothing = try ProgramRun.espalier(
      "draw", moons, "--box", "0,1", "--max-regions", "5", "-q", "-o", folder.path("no.svg"))
    #expect(nothing.status == 2 && nothing.errors.contains("nothing is written"))
    #expect(folder.names == ["slice.json"])
  }

  // MARK: Refusals

  static let refusals: [(arguments: String, status: Int32, text: String)] = [
    ("--inputs 1,1", 64, "two different inputs"), ("--inputs 0,5", 64, "no input 5"),
    ("--inputs a,b", 64, "expected two inputs"), ("", 64, "--inputs i,j or --plane"),
    ("--inputs 0,1 --layers 9", 64, "1 to 3 layers"),
    ("--inputs 0,1 --max-regions 0", 64, "at least 1"),
    ("--inputs 0,1 --output 99", 64, "--output"), ("--inputs 0,1 -o x.png", 64, ".graphml"),
    ("--plane x.npy,x.npy", 64, "three files"),
    ("--plane x.npy,x.npy,x.npy", 65, "lie on one line"),
    ("--plane x.npy,y.npy,short.npy", 65, "expected 5 numbers"),
    ("--inputs 0,1 --at short.npy", 65, "expected 5 numbers"),
    ("--inputs 0,1 --at far.npy", 65, "the slice misses the domain: input 2 is 7"),
    ("--inputs 0,1 --at gone.npy", 74, "cannot read"),
    ("--inputs 0,1 --plane x.npy,x.npy,x.npy", 64, "exclude each other"),
  ]

  @Test(arguments: refusals)
  func wrongSlicesAreRefusedWithOneLine(
    refusal: (arguments: String, status: Int32, text: String)
  ) throws {
    let folder = try TemporaryFolder()
    let points: [(name: String, numbers: [Double])] = [
      ("x.npy", [0, 0, 0, 0, 0]), ("y.npy", [1, 0, 0, 0, 0]), ("far.npy", [0, 0, 7, 0, 0]),
      ("short.npy", [0, 1]),
    ]
    for (name, numbers) in points {
      try NumPyFile.bytes(numbers).write(to: folder.url.appendingPathComponent(name))
    }
    let arguments = refusal.arguments.split(separator: " ").map {
      $0.split(separator: ",").map { $0.hasSuffix(".npy") ? folder.path(String($0)) : String($0) }
        .joined(separator: ",")
    }
    let run = try ProgramRun.run("espalier", ["draw", digits, "--box", "0,1"] + arguments)
    #expect(run.status == refusal.status, "\(run.errors)")
    #expect(run.errors.contains(refusal.text), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test func networksWithOneInputAreRefused() throws {
    let run = try ProgramRun.espalier(
      "draw", ProgramRun.fixture("models/edge/tent_depth3.onnx"), "--box", "0,1")
    #expect(run.status == 65 && run.errors.contains("at least 2 inputs, found 1"))
  }

  @Test func modelsAreNotOverwritten() throws {
    let folder = try TemporaryFolder()
    let model = folder.path("net.json")
    try FileManager.default.copyItem(atPath: golden, toPath: model)
    let before = try folder.text("net.json")
    #expect(try ProgramRun.espalier("draw", model, "-o", model).status == 64)
    #expect(try folder.text("net.json") == before)
  }

  private func files(_ points: [[Double]], in folder: TemporaryFolder) throws -> [String] {
    try points.enumerated().map { i, numbers in
      try NumPyFile.bytes(numbers).write(to: folder.url.appendingPathComponent("x\(i).npy"))
      return folder.path("x\(i).npy")
    }
  }
}

/// The elements of an XML text that a parser accepts.
private final class XMLElements: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]
  private(set) var text = ""
  private var attributes: [(element: String, values: [String: String])] = []

  init(_ source: String) throws {
    super.init()
    let parser = XMLParser(data: Data(source.utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func attribute(_ name: String, of element: String) -> [String] {
    attributes.compactMap { $0.element == element ? $0.values[name] : nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes attributeDict: [String: String]
  ) {
    counts[elementName, default: 0] += 1
    attributes.append((elementName, attributeDict))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
