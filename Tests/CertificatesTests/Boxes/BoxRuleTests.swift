import Certificates
import StrictJSON
import Testing

/// Section 16 of the format: what a proof with boxes can be rejected for.
@Suite struct BoxRuleTests {
  private static func cut(_ input: Int, _ value: JSONValue) -> JSONValue {
    ["cut": [.integer(input), value]]
  }

  private static let box: JSONValue = "box"

  private static let targetRows = [
    RuleCase(.halves, .boxes, ("boxes.targets", [])),
    RuleCase(.halves, .boxes, ("boxes.targets.0", [1, 0, "lower"])),
    RuleCase(.halves, .boxes, ("boxes.targets", [[1, 0, "lower"], [1, 0, "upper"]])),
    RuleCase(.halves, .boxes, ("boxes.targets.1", [1, 2, "lower"])),
    RuleCase(.halves, .boxes, ("boxes.targets.1", [3, 0, "lower"])),
    RuleCase(.halves, .boxes, ("boxes.targets.1", [.integer(1 << 53), 0, "lower"])),
    // The output is an identity unit.
    RuleCase(.halves, .boxes, ("boxes.targets.1", [2, 0, "lower"])),
    RuleCase(.halves, .syntax, ("boxes.targets.1", [1, 0, "both"])),
    RuleCase(.halves, .syntax, ("boxes.targets.1", [1, 0])),
    RuleCase(.halves, .syntax, ("boxes.targets", nil)),
    RuleCase(.halves, .syntax, ("boxes.layers", 2)),
    // What is not closed in every box: the other unit takes both signs.
    RuleCase(.halves, .boxes, ("boxes.targets.1", [1, 1, "upper"])),
    // Without one side, the constant is lost.
    RuleCase(.halves, .verdictBound, ("boxes.targets.1", nil)),
    RuleCase(.halves, .verdictBound, ("boxes", .null)),
    RuleCase(.halves, .verdictBound, ("boxes", nil)),
    RuleCase(.hinge, nil, ("boxes", .null)),
    RuleCase(.hinge, .boxes, ("boxes", ["targets": [[1, 1, "upper"]], "tree": ["box"]])),
  ]

  private static let cutRows = [
    RuleCase(.halves, .boxes, ("boxes.tree.0", cut(1, "0"))),
    RuleCase(.halves, .boxes, ("boxes.tree.0", cut(0, "0x1p0"))),
    RuleCase(.halves, .boxes, ("boxes.tree.0", cut(0, "-0x1p0"))),
    RuleCase(.halves, .boxes, ("boxes.tree.0", cut(0, "0x1p1"))),
    RuleCase(.halves, .boxes, ("boxes.tree.2", cut(0, "0"))),
    RuleCase(.halves, .boxes, ("boxes.tree.2", cut(0, "-0x1p-1"))),
    RuleCase(.halves, .syntax, ("boxes.tree.0", cut(0, 0))),
    RuleCase(.halves, .syntax, ("boxes.tree.0", cut(0, "0x1p-2000"))),
    RuleCase(.halves, .syntax, ("boxes.tree.0", ["cut": [0]])),
    RuleCase(.halves, .syntax, ("boxes.tree.0", ["cut": [0, "0"], "box": 1])),
    RuleCase(.halves, .syntax, ("boxes.tree.1", "boxes")),
    RuleCase(.halves, .syntax, ("boxes.tree.1", .null)),
    RuleCase(.halves, nil, ("boxes.tree.2", cut(0, "0x1p-1"))),
    // A cut elsewhere leaves a box in which the two units have both signs.
    RuleCase(.halves, .boxes, ("boxes.tree.0", cut(0, "0x1p-1"))),
  ]

  private static let shapeRows = [
    RuleCase(.halves, .treeShape, ("boxes.tree.4", nil)),
    // What was the upper part is in the lower one then, where its cut does not lie.
    RuleCase(.halves, .boxes, ("boxes.tree.1", nil)),
    RuleCase(.halves, .treeShape, ("boxes.tree", [])),
    RuleCase(.halves, .boxes, ("boxes.tree.1", cut(0, "-0x1p-1"))),
    RuleCase(.halves, .treeShape, ("boxes.tree", [box, box])),
    RuleCase(.halves, .boxes, ("boxes.tree", [box])),
    RuleCase(.halves, nil, ("boxes.tree", [cut(0, "0"), box, box])),
  ]

  @Test func namesTheRule() throws {
    try BothCheckers("BoxRuleTests, namesTheRule")
      .expect(Self.targetRows + Self.cutRows + Self.shapeRows)
  }

  /// Every line of the boxes dropped, doubled or moved, under sums that fit, is refused, unless
  /// fewer cuts are left that are a tree as well.
  @Test func everyLineCounts() throws {
    let both = BothCheckers("BoxRuleTests, everyLineCounts")
    let lines = Toy.halves.textLines
    let own = lines.indices.filter {
      lines[$0].contains("\"boxes\": ") || lines[$0].contains("cuts")
    }
    #expect(own.count == 4)
    for i in own {
      var dropped = lines
      dropped.remove(at: i)
      var doubled = lines
      doubled.insert(lines[i], at: i)
      var moved = lines
      moved.insert(moved.remove(at: i), at: lines.count - 1)
      for (j, changed) in [dropped, doubled, moved].enumerated() {
        let bytes = Self.sealed(changed).flatMap { Array(($0 + "\n").utf8) }
        let isTree = i == own[2] && j == 0
        #expect(try (both.rule(of: bytes, Toy.halves.subject) == nil) == isTree, "\(i) \(j)")
      }
    }
  }

  private static func sealed(_ lines: [String]) -> [String] {
    var lines = lines
    if let last = lines.last, let end = last.range(of: "\"end\"") {
      lines[lines.count - 1] = last[..<end.lowerBound] + "\"end\": \(lines.count - 1)}"
    }
    return Resealing.resealed(lines)
  }

  @Test func conversionKeepsBytes() throws {
    let certificate = Toy.halves.certificate
    let lines = Toy.halves.textLines.flatMap { Array(($0 + "\n").utf8) }
    #expect(try Certificate(reading: lines) == certificate)
    #expect(try Certificate(reading: certificate.encoded) == certificate)
    #expect(try Certificate(reading: lines).encoded == certificate.encoded)
  }
}
