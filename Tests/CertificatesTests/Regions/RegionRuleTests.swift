import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import Testing

/// Every rule about regions that a document can break, field by field, and what it allows.
@Suite struct RegionRuleTests {
  @Test func bothCheckersKeepEveryRow() throws {
    let both = BothCheckers("RegionRuleTests")
    try both.expect(Self.layers + Self.units + Self.multipliers)
    try both.expect(Self.empty + Self.zero + Self.points)
    try both.expect(Self.shape + Self.counts + Self.syntax + Self.accepted)
    try both.finish()
  }

  private static let huge = JSONValue.integer(1 << 53)

  static let layers = [
    RuleCase(.corner, .regionLayers, ("regions.layers", 0)),
    RuleCase(.corner, .regionLayers, ("regions.layers", 4)),
    RuleCase(.corner, .regionLayers, ("regions.layers", huge)),
    // With one layer, `x` and `y` are parts of their own.
    RuleCase(.corner, .regionUnit, ("regions.layers", 1)),
    RuleCase(.corner, .regionCount, ("regions.layers", 2)),
    RuleCase(.corner, nil, ("regions.layers", 2), ("regions.counts", [[4, 5]])),
  ]

  static let units = [
    // Stably active, of an identity unit, out of range.
    RuleCase(.corner, .regionUnit, ("regions.tree.13.split", [1, 1])),
    RuleCase(.corner, .regionUnit, ("regions.tree.13.split", [2, 0])),
    RuleCase(.corner, .regionUnit, ("regions.tree.13.split", [1, 2])),
    RuleCase(.corner, .regionUnit, ("regions.tree.13.split", [3, 0])),
    RuleCase(.corner, .regionUnit, ("regions.tree.0.split", [0, 3])),
    RuleCase(.corner, .regionUnit, ("regions.tree.0.split", [huge, 0])),
    RuleCase(.corner, .regionUnit, ("regions.tree.0.split", [0, huge])),
    RuleCase(.corner, .regionUnit, ("regions.tree.2.unit", [0, 3])),
    RuleCase(.parts, .regionUnit, ("regions.tree.2.zero", [1, 1])),
    RuleCase(.parts, .regionUnit, ("regions.tree.2.zero", [huge, huge])),
    // A layer too early, from each kind of node.
    RuleCase(.corner, .regionUnit, ("regions.tree.0.split", [1, 0])),
    RuleCase(.corner, .regionUnit, ("regions.tree.1.split", [1, 0])),
    RuleCase(.corner, .regionUnit, ("regions.tree.2.unit", [1, 0])),
    RuleCase(.parts, .regionUnit, ("regions.tree.1", zero([1, 0]))),
    // Twice on a path: split, empty and zero.
    RuleCase(.corner, .regionUnit, ("regions.tree.1.split", [0, 0])),
    RuleCase(.corner, .regionUnit, ("regions.tree.2.unit", [0, 1])),
    RuleCase(.corner, .regionUnit, ("regions.tree.9.unit", [0, 0])),
    RuleCase(.parts, .regionUnit, ("regions.tree.2.zero", [0, 0])),
    // Of another part; instead of the point.
    RuleCase(.parts, .regionUnit, ("regions.tree.0.split", [0, 2])),
    RuleCase(.parts, .regionUnit, ("regions.tree.7.split", [0, 0])),
    RuleCase(.parts, .regionUnit, ("regions.tree.3", split([0, 2]))),
    RuleCase(.corner, .regionUnit, ("regions.tree.4", split([1, 1]))),
  ]

  static let multipliers = [
    // The target, a unit of its layer beyond the width, of a layer above, order, twice.
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.nu", [[0, 2, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.nu", [[0, 3, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.nu", [[1, 0, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.nu", [[huge, 0, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.nu", [[0, huge, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.3.leaf.nu", [[1, 0, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.3.leaf.nu", [[0, 2, "0"], [0, 1, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.3.leaf.nu", [[0, 2, "0"], [0, 2, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.3.leaf.nu", [[1, 1, "0"], [0, 2, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.lambda", [[0, "0"]])),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.mu", "0x1p0")),
    RuleCase(.corner, .multiplier, ("regions.tree.2.leaf.m", "-0x1p0")),
    RuleCase(.parts, .multiplier, ("regions.tree.2.upper.nu", [[1, 0, "0"]])),
    RuleCase(.parts, .multiplier, ("regions.tree.2.lower.nu", [[1, 0, "0"]])),
    // Steps know no multipliers of their own layer.
    RuleCase(
      .corner, .multiplier,
      ("steps.0", ["unit": [0, 2], "side": "upper", "leaf": ["nu": [[0, 1, "0"]]]])),
  ]

  static let empty = [
    // No multiplier, the wrong sign, too little, too much: a bound above 0.
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.leaf.nu", [])),
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.leaf.nu.0.2", "0x1p0")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.leaf.nu.0.2", "-0xfffffffp-28")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.leaf.nu.0.2", "-0x10000001p-28")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.5.leaf.nu", [])),
    RuleCase(.corner, .regionEmpty, ("regions.tree.3.leaf.nu", [])),
    RuleCase(.corner, .regionEmpty, ("regions.tree.10.leaf.nu.0", nil)),
    // `0 ≤ 0` says nothing, even where the bound is 0.
    RuleCase(
      .corner, .regionEmpty, ("regions.tree.2.leaf.m", "0"), ("regions.tree.2.leaf.nu", [])),
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.leaf.m", "0")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.3.leaf.m", "0")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.leaf.m", "0x1p1")),
    // The other side is not empty, and the phase says the other thing of units below.
    RuleCase(.corner, .regionEmpty, ("regions.tree.2.empty", "on")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.5.empty", "off")),
    RuleCase(.corner, .regionEmpty, ("regions.tree.3.empty", "on")),
    // A split called empty: each side has a region.
    RuleCase(.corner, .regionEmpty, ("regions.tree.13", emptyNode("on", [1, 0]))),
    RuleCase(.corner, .regionEmpty, ("regions.tree.13", emptyNode("off", [1, 0]))),
    RuleCase(.corner, .regionEmpty, ("regions.tree.0", emptyNode("on", [0, 0]))),
    RuleCase(.parts, .regionEmpty, ("regions.tree.7", emptyNode("off", [0, 2]))),
  ]

  static let zero = [
    RuleCase(.parts, .regionZero, ("regions.tree.2.upper.m", "0")),
    RuleCase(.parts, .regionZero, ("regions.tree.2.lower.m", "0")),
    RuleCase(.parts, .regionZero, ("regions.tree.5.upper.nu", [[0, 0, "0"]])),
    RuleCase(.parts, .regionZero, ("regions.tree.5.lower.nu", [[0, 1, "0"]])),
    RuleCase(.parts, .regionZero, ("regions.tree.2.upper.nu", [[0, 0, "0x1p0"]])),
    // A unit with one sign is not 0, nor is one with both.
    RuleCase(.parts, .regionZero, ("regions.tree.1", zero([0, 1]))),
    RuleCase(.parts, .regionZero, ("regions.tree.7", zero([0, 2]))),
    RuleCase(
      .corner, .regionZero, ("regions.tree.2", zero([0, 2], upper: [[0, 1, "-0x1p0"]]))),
  ]

  static let points = [
    // Outside the domain by one unit of the last place, by far, and of a wrong length.
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.0", "-0x10000000000001p-52")),
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.1", "-0x1p65536")),
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point", [])),
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.1", nil)),
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.2", "0")),
    // On the edge of its region, for units that are split and units that are not.
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.0", "0")),
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.1", "0")),
    RuleCase(.corner, .regionPoint, ("regions.tree.14.point", ["0x1p-1", "0x1p-1"])),
    RuleCase(.corner, .regionPoint, ("regions.tree.15.point", ["0x1p-1", "0x1p-1"])),
    // In another region.
    RuleCase(.corner, .regionPoint, ("regions.tree.4.point.0", "0x1p-1")),
    RuleCase(.corner, .regionPoint, ("regions.tree.7.point.1", "-0x1p-1")),
    RuleCase(.corner, .regionPoint, ("regions.tree.14.point", ["0x3p-2", "0x1p-2"])),
    RuleCase(.parts, .regionPoint, ("regions.tree.3.point.0", "0x1p-1")),
    RuleCase(.parts, .regionPoint, ("regions.tree.8.point.1", "0")),
    // Before every unit has a phase.
    RuleCase(.corner, .regionPoint, ("regions.tree.3", nil)),
    RuleCase(.corner, .regionPoint, ("regions.tree.0", point(["-0x1p-1", "-0x1p-1"]))),
    RuleCase(.parts, .regionPoint, ("regions.tree.2", nil)),
  ]

  static let shape = [
    // The end too early: no last branch, no last part, no tree, one part of two.
    RuleCase(.corner, .regionShape, ("regions.tree.15", nil)),
    RuleCase(.corner, .regionShape, ("regions.tree", [])),
    RuleCase(.parts, .regionShape, ("regions.tree.9", nil)),
    RuleCase(
      .parts, .regionShape, ("regions.tree.9", nil), ("regions.tree.8", nil),
      ("regions.tree.7", nil), ("regions.counts", [[2, 2, 2]])),
    // The end too late.
    RuleCase(.corner, .regionShape, ("regions.tree.16", point(["0x1p-1", "-0x1p-1"]))),
    RuleCase(.parts, .regionShape, ("regions.tree.10", point(["0", "0x1p-1"]))),
    // A network without open units has no tree.
    RuleCase(.constant, .regionShape, ("regions", constant([], [point(["0"])]))),
    RuleCase(.constant, nil, ("regions", constant([], []))),
  ]

  static let counts = [
    RuleCase(.corner, .regionCount, ("regions.counts.0.0", 3)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.0", 5)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.1", 4)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.1", 6)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.2", 6)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.2", huge)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.2", nil)),
    RuleCase(.corner, .regionCount, ("regions.counts.0.3", 5)),
    RuleCase(.corner, .regionCount, ("regions.counts", [])),
    RuleCase(.corner, .regionCount, ("regions.counts.0", [])),
    RuleCase(.corner, .regionCount, ("regions.counts.1", [1, 1, 1])),
    RuleCase(.corner, .regionCount, ("regions.counts.1", [])),
    RuleCase(.parts, .regionCount, ("regions.counts.1", nil)),
    RuleCase(.parts, .regionCount, ("regions.counts", [[4, 4, 4]])),
    RuleCase(.parts, .regionCount, ("regions.counts.1.0", 1)),
    RuleCase(.constant, .regionCount, ("regions", constant([[1, 1, 1]], []))),
    RuleCase(.constant, .regionCount, ("regions", constant([[]], []))),
  ]

  static let syntax = [
    RuleCase(.corner, .syntax, ("regions.tree.2.empty", "zero")),
    RuleCase(.corner, .syntax, ("regions.tree.2.empty", "upper")),
    RuleCase(.corner, .syntax, ("regions.tree.2.split", [0, 2])),
    RuleCase(.corner, .syntax, ("regions.tree.4.split", [0, 2])),
    RuleCase(.parts, .syntax, ("regions.tree.2.unit", [1, 0])),
    RuleCase(.parts, .syntax, ("regions.tree.2.empty", "on")),
    RuleCase(.corner, .syntax, ("regions.counts", [5])),
    RuleCase(.corner, .syntax, ("regions.counts.0.0", "4")),
  ]

  static let accepted = [
    RuleCase(.corner, nil, ("regions", .null)),
    RuleCase(.corner, nil, ("regions.tree.2.leaf.m", "0x1p0")),
    // Twice the claim with twice the multiplier; a multiplier of 0 for another unit of the layer.
    RuleCase(
      .corner, nil, ("regions.tree.2.leaf.m", "0x1p1"), ("regions.tree.2.leaf.nu.0.2", "-0x1p1")),
    RuleCase(.corner, nil, ("regions.tree.2.leaf.nu", [[0, 0, "0"], [0, 1, "-0x1p0"]])),
    RuleCase(
      .corner, nil, ("regions.tree.10.leaf.nu", [[0, 0, "0"], [0, 1, "0"], [0, 2, "0"]])),
    RuleCase(.corner, nil, ("regions.tree.4.point", ["-0x1p-65536", "-0x1p0"])),
    RuleCase(.corner, nil, ("regions.tree.14.point", ["0x1p-65536", "0x3p-65536"])),
    RuleCase(.parts, nil, ("regions.tree.2.upper.m", "0x1p-9")),
    RuleCase(.parts, nil, ("regions.tree.9.point.0", "0x1p0")),
  ]

  // MARK: Pieces of documents

  private static func split(_ unit: JSONValue) -> JSONValue { ["split": unit] }
  private static func point(_ values: JSONValue) -> JSONValue { ["point": values] }
  private static func emptyNode(_ side: String, _ unit: JSONValue) -> JSONValue {
    ["empty": .string(side), "unit": unit, "leaf": ["nu": []]]
  }
  private static func zero(_ unit: JSONValue, upper: JSONValue = []) -> JSONValue {
    ["zero": unit, "upper": ["nu": upper], "lower": ["nu": []]]
  }
  private static func constant(_ counts: JSONValue, _ tree: JSONValue) -> JSONValue {
    ["layers": 3, "counts": counts, "tree": tree]
  }
}
