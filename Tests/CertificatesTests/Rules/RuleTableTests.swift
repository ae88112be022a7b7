import Certificates
import StrictJSON
import Testing

/// Every rule that a document can break by its meaning, with at least one reject.
@Suite struct RuleTableTests {
  @Test func bothCheckersKeepEveryRow() throws {
    let both = BothCheckers("RuleTableTests")
    try both.expect(Self.binding + Self.domains + Self.points)
    try both.expect(Self.steps + Self.leaves + Self.trees)
    try both.expect(Self.verdicts + Self.witnesses)
    try both.expect(Self.accepted)
    try both.finish()
  }

  private static let otherDigest = JSONValue.string(String(repeating: "0", count: 64))

  static let binding = [
    RuleCase(.hinge, .modelDigest, ("model.files.0.sha256", otherDigest)),
    RuleCase(.hinge, .modelDigest, ("model.files.0", nil)),
    RuleCase(
      .hinge, .modelDigest,
      ("model.files.1", Toy.hinge.json.value(at: ["model", "files", "0"]))),
    RuleCase(
      .hinge, .modelDigest, ("model.files.0.sha256", .string(Toy.folded.subject.model.sha256))),
    RuleCase(.hinge, .networkDigest, ("model.network", otherDigest)),
    RuleCase(.hinge, .networkDigest, ("model.network", .string(Toy.folded.network.digest))),
  ]

  static let domains = [
    RuleCase(.hinge, .domain, ("domain.lower", ["0", "0"]), ("domain.upper", ["0", "0"])),
    RuleCase(.hinge, .member, ("member", 0)),
    RuleCase(.folded, .member, ("member", .null)),
    RuleCase(.folded, .member, ("member", 2)),
    RuleCase(.folded, .member, ("member", .integer(1 << 53))),
    RuleCase(.folded, .member, ("domain.rows", []), ("member", .null)),
    RuleCase(.folded, .member, ("domain.ball", .null), ("member", .null)),
    // A row that leaves nothing: no point can show a member.
    RuleCase(.folded, .point, ("domain.rows.0.bound", "-0x1p1")),
    RuleCase(.folded, .member, ("domain.rows.0.bound", "-0x1p1"), ("points", [])),
  ]

  static let points = [
    RuleCase(.hinge, .point, ("points.0", [])),
    RuleCase(.hinge, .point, ("points.0", ["0", "0"])),
    RuleCase(.hinge, .point, ("points.0.0", "0x3p-1")),
    // One unit of the last place beyond the box.
    RuleCase(.hinge, .point, ("points.1.0", "-0x10000000000001p-52")),
    RuleCase(.hinge, .point, ("points.2", ["0x1p65536"])),
    // Above the row x ≤ 1/2, then outside the ball |x| ≤ 3/4.
    RuleCase(.folded, .point, ("points.0.0", "0x9p-4")),
    RuleCase(.folded, .point, ("points.1.0", "-0x7p-3")),
    RuleCase(.folded, .point, ("domain.ball.radius", "0x1p-2")),
    RuleCase(.folded, .point, ("domain.ball.center.0", "0x3p-1")),
    RuleCase(.folded, .point, ("domain.rows.0.terms.0.1", "-0x1p1")),
  ]

  static let steps = [
    // A step of layer 0 after one of layer 1; a step of layer 1 after one of layer 2.
    RuleCase(.hinge, .stepOrder, ("steps.3", lemma([0, 0], "upper"))),
    RuleCase(.hinge, .stepOrder, ("steps.0", lemma([2, 0], "upper"))),
    RuleCase(.hinge, .stepTarget, ("steps.0.unit", [1, 4])),
    RuleCase(.hinge, .stepTarget, ("steps.0.unit", [3, 0])),
    RuleCase(.hinge, .stepTarget, ("steps.0.unit", [.integer(1 << 53), 0])),
    RuleCase(.hinge, .stepTarget, ("steps.0.unit", [1, .integer(1 << 53)])),
  ]

  static let leaves = [
    // Units of the target's layer, above it, beyond its width, out of order, twice.
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[1, 1, "0"]])),
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[2, 0, "0"]])),
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[.integer(1 << 53), 0, "0"]])),
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[0, 4, "0"]])),
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[0, .integer(1 << 53), "0"]])),
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[0, 1, "0x1p-1"], [0, 0, "0x1p-1"]])),
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.nu", [[0, 1, "0x1p-1"], [0, 1, "0x1p-1"]])),
    // Rows that do not exist, out of order, twice, negative.
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.lambda", [[0, "0"]])),
    RuleCase(.folded, .multiplier, ("steps.0.leaf.lambda", [[1, "0x1p0"]])),
    RuleCase(.folded, .multiplier, ("steps.0.leaf.lambda", [[.integer(1 << 53), "0x1p0"]])),
    RuleCase(.folded, .multiplier, ("steps.0.leaf.lambda", [[0, "0"], [0, "0x1p0"]])),
    RuleCase(.folded, .multiplier, ("steps.0.leaf.lambda", [[0, "-0x1p0"]])),
    // A multiplier of a ball that is not there, a negative one, and a negative claim.
    RuleCase(.hinge, .multiplier, ("steps.0.leaf.mu", "0x1p0")),
    RuleCase(.folded, .multiplier, ("steps.1.leaf.mu", "-0x1p0")),
    RuleCase(.hinge, .multiplier, ("steps.1.tree.2.leaf.m", "-0x1p0")),
  ]

  static let trees = [
    // Always active, always inactive, of the target's layer, above, beyond, twice on one branch.
    RuleCase(.hinge, .split, ("steps.1.tree.0.split", [0, 3])),
    RuleCase(.hinge, .split, ("steps.1.tree.0.split", [0, 2])),
    RuleCase(.hinge, .split, ("steps.1.tree.0.split", [1, 2])),
    RuleCase(.hinge, .split, ("steps.1.tree.0.split", [2, 0])),
    RuleCase(.hinge, .split, ("steps.1.tree.0.split", [0, 4])),
    RuleCase(.hinge, .split, ("steps.1.tree.0.split", [.integer(1 << 53), .integer(1 << 53)])),
    RuleCase(.branches, .split, ("steps.0.tree.1.split", [0, 0])),
    RuleCase(.branches, .split, ("steps.0.tree.4.split", [0, 0])),
    // An identity unit, though it takes both signs.
    RuleCase(.folded, .split, ("steps.0", tree([1, 0], "0x1p1", [split([0, 0]), leaf, leaf]))),
    // Open branches, no tree, further nodes.
    RuleCase(.hinge, .treeShape, ("steps.1.tree.2", nil)),
    RuleCase(.hinge, .treeShape, ("steps.1.tree", [])),
    RuleCase(.hinge, .treeShape, ("steps.1.tree", [split([0, 0])])),
    RuleCase(.hinge, .treeShape, ("steps.1.tree.3", split([0, 0]))),
    RuleCase(.branches, .treeShape, ("steps.0.tree.6", nil)),
    RuleCase(.branches, .treeShape, ("steps.0.bound", "0x1p-1"), ("steps.0.tree.7", leaf)),
    // A better bound than the truth, a leaf without its multiplier, a live branch called empty.
    RuleCase(.hinge, .leafBound, ("steps.1.bound", "-0x1p-60")),
    RuleCase(.hinge, .leafBound, ("steps.1.side", "lower")),
    RuleCase(.hinge, .leafBound, ("steps.1.tree.2.leaf.nu", [])),
    RuleCase(.hinge, .leafBound, ("steps.1.tree.1.leaf.m", "0")),
    RuleCase(.branches, .leafBound, ("steps.0.tree.6.leaf.nu", [])),
    RuleCase(.branches, .leafBound, ("steps.0.tree.6.leaf.nu", [[0, 0, "0x1p0"]])),
    RuleCase(.branches, .leafBound, ("steps.0.tree.6.leaf.nu.1.2", "-0x1p0")),
    RuleCase(.hinge, .leafBound, ("steps.1.tree.2.leaf.nu.0.2", "0x3p-1")),
  ]

  static let verdicts = [
    RuleCase(.hinge, .verdictCoverage, ("verdicts", [])),
    RuleCase(.hinge, .verdictCoverage, ("verdicts.3", nil)),
    RuleCase(.hinge, .verdictCoverage, ("verdicts.7", nil)),
    RuleCase(.hinge, .verdictCoverage, ("verdicts.8", verdict(7))),
    RuleCase(.hinge, .verdictCoverage, ("verdicts.4", verdict(3))),
    RuleCase(.hinge, .verdictCoverage, ("verdicts.3", verdict(4)), ("verdicts.4", verdict(3))),
    // The last layer has an identity unit, which has no verdict.
    RuleCase(.hinge, .verdictCoverage, ("verdicts.8", verdict(7)), ("verdicts.8.unit", [2, 0])),
    RuleCase(.hinge, .verdictCoverage, ("verdicts.0.unit", [.integer(1 << 53), 0])),
    // Bounds inside the proved ones, and stability that they do not show.
    RuleCase(.hinge, .verdictBound, ("verdicts.2.upper", "-0x3p-1")),
    RuleCase(.hinge, .verdictBound, ("verdicts.2.lower", "-0x5p-1")),
    RuleCase(.hinge, .verdictBound, ("verdicts.4.upper", "-0x1p-70")),
    RuleCase(.hinge, .verdictBound, ("verdicts.2.stability", "stably-active")),
    RuleCase(.hinge, .verdictBound, ("verdicts.3.stability", "stably-inactive")),
    RuleCase(.hinge, .verdictBound, ("steps", [])),
    RuleCase(.branches, .verdictBound, ("steps", [])),
    RuleCase(.hinge, .constant, ("verdicts.7.constant", "0x5p0")),
    RuleCase(.hinge, .constant, ("verdicts.3.constant", "0x1p0")),
    RuleCase(.hinge, .constant, ("verdicts.4.constant", "0")),
  ]

  static let witnesses = [
    RuleCase(.hinge, .verdictWitness, ("verdicts.0.positive", 1), ("verdicts.0.negative", 0)),
    RuleCase(.hinge, .verdictWitness, ("verdicts.0.positive", 1)),
    RuleCase(.hinge, .verdictWitness, ("verdicts.0.negative", 0)),
    RuleCase(.hinge, .verdictWitness, ("verdicts.0.positive", 2)),
    RuleCase(.hinge, .verdictWitness, ("verdicts.0.negative", .integer(1 << 53))),
    RuleCase(.hinge, .verdictWitness, ("points", [])),
    RuleCase(.hinge, .verdictWitness, ("points.0", ["-0x1p0"]), ("points.1", ["0x1p0"])),
    // Zero has neither sign.
    RuleCase(.hinge, .verdictWitness, ("points.0.0", "0")),
    RuleCase(.hinge, .verdictWitness, ("points.1.0", "0")),
    RuleCase(.branches, .verdictWitness, ("points.0.0", "0x1p-1")),
    RuleCase(.branches, .verdictWitness, ("verdicts.1.positive", 0)),
    RuleCase(.branches, .verdictWitness, ("verdicts.1.negative", 9)),
  ]

  /// Changes that leave a certificate true and proved.
  static let accepted = [
    RuleCase(.hinge, nil, ("producer", "")),
    RuleCase(.hinge, nil, ("model.files.0.name", "elsewhere")),
    RuleCase(.hinge, nil, ("points.2", ["0x1p-65536"])),
    RuleCase(.hinge, nil, ("steps.0", nil)),
    RuleCase(.hinge, nil, ("steps.1", nil)),
    RuleCase(.hinge, nil, ("steps.2", nil)),
    RuleCase(.hinge, nil, ("steps.1.bound", "0x1p0")),
    RuleCase(.hinge, nil, ("steps.3", lemma([2, 0], "upper"))),
    RuleCase(.hinge, nil, ("steps.1.tree.2.leaf.m", "0x1p0")),
    // Twice the claim with twice the multiplier.
    RuleCase(
      .hinge, nil, ("steps.1.tree.2.leaf.m", "0x1p1"), ("steps.1.tree.2.leaf.nu.0.2", "0x1p1")),
    RuleCase(.hinge, nil, ("steps.0.leaf.lambda", [])),
    RuleCase(.folded, nil, ("steps.0.leaf.lambda", [[0, "0"]]), ("verdicts.0.upper", "0x1p0")),
    RuleCase(.folded, nil, ("steps.0.leaf.mu", "0")),
    RuleCase(.folded, nil, ("member", 0)),
    RuleCase(.hinge, nil, ("verdicts.2.lower", "-0x1p65536")),
    RuleCase(.hinge, nil, ("verdicts.2.upper", "0x1p65536")),
    RuleCase(.hinge, nil, ("verdicts.2.settledBy", "luck")),
    RuleCase(.hinge, nil, ("verdicts.7.constant", nil)),
    RuleCase(
      .hinge, nil, ("verdicts.2.stability", "undecided"), ("verdicts.2.limit", ""),
      ("verdicts.2.floatSafe", nil)),
    RuleCase(.branches, nil, ("verdicts.1.positive", 1), ("verdicts.1.negative", 0)),
    RuleCase(.branches, nil, ("verdicts.1.limit", "none")),
    // Only one input: the unit is exactly 0, which counts as active and as inactive.
    RuleCase(
      .branches, nil, ("domain.lower.0", "0x1p0"), ("points", [["0x1p0"]]), ("steps", []),
      ("verdicts.0", verdict([0, 0], "stably-active", "0x1p-1", "0x1p-1")),
      ("verdicts.1", verdict([0, 1], "stably-inactive", "-0x3p-1", "-0x3p-1")),
      ("verdicts.2", verdict([1, 0], "stably-active", "0", "0"))),
  ]

  // MARK: Pieces of documents

  private static let leaf: JSONValue = ["leaf": ["nu": []]]
  private static func split(_ unit: JSONValue) -> JSONValue { ["split": unit] }
  private static func lemma(_ unit: JSONValue, _ side: String) -> JSONValue {
    ["unit": unit, "side": .string(side), "leaf": ["nu": []]]
  }
  private static func tree(_ unit: JSONValue, _ bound: String, _ nodes: [JSONValue]) -> JSONValue {
    ["unit": unit, "side": "upper", "bound": .string(bound), "tree": .array(nodes)]
  }
  private static func verdict(_ i: Int) -> JSONValue? {
    Toy.hinge.json.value(at: ["verdicts", "\(i)"])
  }
  private static func verdict(
    _ unit: JSONValue, _ stability: String, _ lower: String, _ upper: String
  ) -> JSONValue {
    [
      "unit": unit, "stability": .string(stability), "lower": .string(lower),
      "upper": .string(upper), "settledBy": "hand",
    ]
  }
}
