import Certificates
import StrictJSON
import Testing

/// The lines `regions`, `cell` and `counts`: their order, their number and what they hold.
@Suite struct RegionLineTests {
  private static let toys: [Toy] = [.corner, .parts]

  private static func indices(of mark: String, in lines: [String]) -> [Int] {
    lines.indices.filter { lines[$0].contains("\"\(mark)\": ") }
  }

  /// The lines, with the end counting those before it, and sums that fit.
  private static func sealed(_ lines: [String]) -> [String] {
    var lines = lines
    if let last = lines.last, let end = last.range(of: "\"end\"") {
      lines[lines.count - 1] = last[..<end.lowerBound] + "\"end\": \(lines.count - 1)}"
    }
    return Resealing.resealed(lines)
  }

  private static func bytes(_ lines: [String]) -> [UInt8] {
    lines.flatMap { Array(($0 + "\n").utf8) }
  }

  @Test(arguments: toys) func thereIsOneCellPerPoint(toy: Toy) throws {
    let lines = toy.textLines
    let claim = try #require(toy.regions)
    let points = claim.nodes.filter { if case .point = $0 { true } else { false } }
    #expect(Self.indices(of: "cell", in: lines).count == points.count)
    let regions = Self.indices(of: "regions", in: lines)
    let cells = Self.indices(of: "cell", in: lines)
    #expect(regions.map { $0 + 1 } == Array(cells.prefix(1)))
    #expect(Self.indices(of: "counts", in: lines) == [cells[cells.count - 1] + 1])
  }

  @Test(arguments: toys) func conversionKeepsBytes(toy: Toy) throws {
    let lines = Self.bytes(toy.textLines)
    let document = toy.certificate.encoded
    let fromLines = try Certificate(reading: lines)
    let fromDocument = try Certificate(reading: document)
    #expect(fromLines == fromDocument)
    #expect(fromLines.encoded == document)
    #expect(Self.bytes(Toy.textLines(of: fromDocument)) == lines)
  }

  /// Every line dropped, doubled, or swapped with every other, under sums and an end that fit: it
  /// is refused, unless it says the same.
  @Test(arguments: toys) func everyLineCounts(toy: Toy) throws {
    let both = BothCheckers("RegionLineTests, everyLineCounts, \(toy)")
    let lines = toy.textLines
    let own = Set(["regions", "cell", "counts"].flatMap { Self.indices(of: $0, in: lines) })
    for i in own.sorted() {
      var dropped = lines
      dropped.remove(at: i)
      #expect(try both.rule(of: Self.bytes(Self.sealed(dropped)), toy.subject) != nil, "\(i)")
      var doubled = lines
      doubled.insert(lines[i], at: i)
      #expect(try both.rule(of: Self.bytes(Self.sealed(doubled)), toy.subject) != nil, "\(i)")
      for j in lines.indices where j != i {
        var swapped = lines
        swapped.swapAt(i, j)
        guard swapped != lines, j < lines.count - 1 else { continue }
        let rule = try both.rule(of: Self.bytes(Self.sealed(swapped)), toy.subject)
        #expect(rule != nil, "\(i) and \(j)")
      }
    }
    try both.finish()
  }

  @Test func linesHaveAnOrder() throws {
    let both = BothCheckers("RegionLineTests, linesHaveAnOrder")
    let lines = Toy.corner.textLines
    let regions = try #require(Self.indices(of: "regions", in: lines).first)
    let counts = try #require(Self.indices(of: "counts", in: lines).first)
    func rule(_ edit: (inout [String]) -> Void) throws -> CheckRule? {
      var edited = lines
      edit(&edited)
      return try both.rule(of: Self.bytes(Self.sealed(edited)), Toy.corner.subject)
    }
    #expect(try rule { _ in } == nil)
    // All of them gone: nothing is claimed.
    #expect(try rule { $0.removeSubrange(regions...counts) } == nil)
    #expect(try rule { $0.remove(at: regions) } == .lines)
    #expect(try rule { $0.remove(at: counts) } == .lines)
    #expect(try rule { $0.removeSubrange(regions + 1..<counts) } == .regionShape)
    #expect(try rule { $0.removeSubrange(regions + 1...counts) } == .lines)
    #expect(try rule { $0.remove(at: counts - 1) } == .regionShape)
    #expect(try rule { $0.insert($0[counts - 1], at: counts) } == .regionShape)
    // Cells after the counts, counts first, a second claim, a verdict between.
    #expect(try rule { $0.swapAt(counts - 1, counts) } != nil)
    #expect(try rule { $0.insert($0.remove(at: counts), at: regions) } == .lines)
    #expect(try rule { $0.insert(contentsOf: $0[regions...counts], at: counts + 1) } == .lines)
    #expect(try rule { $0.insert($0[regions], at: regions) } == .lines)
    #expect(try rule { $0.insert($0[counts], at: counts) } == .lines)
    #expect(try rule { $0.insert($0[regions - 1], at: regions + 2) } == .lines)
    #expect(try rule { $0.insert($0.remove(at: regions - 1), at: counts) } == .lines)
    try both.finish()
  }

  /// What a line holds: cells that are no stretch, and members of other kinds.
  @Test func linesHoldWhatTheyShould() throws {
    let both = BothCheckers("RegionLineTests, linesHoldWhatTheyShould")
    let lines = Toy.corner.textLines
    let cells = Self.indices(of: "cell", in: lines)
    let point = #"{"point": ["-0x1p-1", "-0x1p-1"]}"#
    func rule(
      _ i: Int, _ edit: (String) -> String
    ) throws -> CheckRule? {
      var edited = lines
      edited[i] = edit(lines[i])
      return try both.rule(of: Self.bytes(Self.sealed(edited)), Toy.corner.subject)
    }
    func cell(_ line: String, _ nodes: String) -> String {
      (line.range(of: "\"cell\"").map { line[..<$0.lowerBound] } ?? "") + "\"cell\": [\(nodes)]}"
    }
    for i in cells {
      #expect(try rule(i) { cell($0, "") } == .syntax)
      #expect(try rule(i) { cell($0, #"{"split": [0, 0]}"#) } == .syntax)
      #expect(try rule(i) { cell($0, "\(point), \(point)") } == .syntax)
      #expect(try rule(i) { cell($0, #"\#(point), {"split": [0, 0]}"#) } == .syntax)
      #expect(try rule(i) { $0.dropLast() + #", "counts": []}"# } == .syntax)
    }
    let regions = cells[0] - 1
    #expect(
      try rule(regions) { $0.replacing("\"regions\": 3", with: "\"regions\": 0") } == .regionLayers)
    #expect(
      try rule(regions) { $0.replacing("\"regions\": 3", with: "\"regions\": 4") } == .regionLayers)
    #expect(
      try rule(regions) { $0.replacing("\"regions\": 3", with: "\"regions\": [3]") } == .syntax)
    #expect(
      try rule(regions) { $0.replacing("\"regions\": 3", with: "\"regions\": null") } == .syntax)
    let counts = cells[cells.count - 1] + 1
    #expect(try rule(counts) { $0.replacing("4", with: "3") } != nil)
    #expect(try rule(counts) { $0.replacing("[[4, 5, 5]]", with: "[[4, 5, 6]]") } == .regionCount)
    #expect(
      try rule(counts) { $0.replacing("[[4, 5, 5]]", with: "[[4, 5, 5], []]") } == .regionCount)
    #expect(try rule(counts) { $0.replacing("[[4, 5, 5]]", with: "[4, 5, 5]") } == .syntax)
    try both.finish()
  }

  /// One cell cut in two, and two cells written as one.
  @Test func cellsEndAtPoints() throws {
    let both = BothCheckers("RegionLineTests, cellsEndAtPoints")
    let lines = Toy.parts.textLines
    for (n, i) in Self.indices(of: "cell", in: lines).enumerated() {
      let text = lines[i]
      guard let cut = text.range(of: ", {", options: .backwards) else { continue }
      let start = text.range(of: "\"cell\"").map { text[..<$0.lowerBound] } ?? ""
      var edited = lines
      edited[i] = text[..<cut.lowerBound] + "]}"
      edited.insert(start + "\"cell\": [" + text[cut.lowerBound...].dropFirst(2), at: i + 1)
      #expect(try both.rule(of: Self.bytes(Self.sealed(edited)), Toy.parts.subject) == .syntax)
      guard n == 0, let nodes = lines[i + 1].range(of: "\"cell\": [") else { continue }
      edited = lines
      edited[i] = text.dropLast(2) + ", " + lines[i + 1][nodes.upperBound...]
      edited.remove(at: i + 1)
      #expect(try both.rule(of: Self.bytes(Self.sealed(edited)), Toy.parts.subject) == .syntax)
    }
    try both.finish()
  }

  /// A document whose nodes do not end in a point has no lines, and is refused at once.
  @Test(arguments: toys) func nodesEndInAPoint(toy: Toy) throws {
    let both = BothCheckers("RegionLineTests, nodesEndInAPoint, \(toy)")
    let count = toy.regions?.nodes.count ?? 0
    for end in 0..<count {
      var document = toy.json
      for i in stride(from: count - 1, through: end, by: -1) {
        document = document.replacing("regions.tree.\(i)", with: nil)
      }
      let isPoint =
        end == 0 || document.value(at: ["regions", "tree", "\(end - 1)", "point"]) != nil
      #expect(
        try both.rule(of: document, toy.subject) == (isPoint ? .regionShape : .syntax), "\(end)")
    }
    let more = toy.json.replacing("regions.tree.\(count)", with: ["split": [0, 0]])
    #expect(try both.rule(of: more, toy.subject) == .syntax)
    try both.finish()
  }
}
