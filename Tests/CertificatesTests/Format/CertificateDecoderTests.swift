import Certificates
import ExactArithmetic
import StrictJSON
import Testing

/// The shape of every object: each member missing, of a wrong type, unknown, and with wrong values.
@Suite struct CertificateDecoderTests {
  /// Members that may be absent, wherever they stand.
  static let optional: Set<String> = ["lambda", "mu", "m", "constant", "floatSafe", "boxes"]

  @Test(arguments: Toy.allCases) func refusesEveryMissingMember(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    var count = 0
    for path in toy.json.paths {
      guard case .object(let members) = toy.json.value(at: path) else { continue }
      for member in members where !Self.optional.contains(member.key) {
        let document = toy.json.replacing(path + [member.key], with: nil)
        #expect(
          try both.rule(of: document, toy.subject) == .syntax, "\(path) without \(member.key)")
        count += 1
      }
    }
    #expect(count >= 30)
    try both.finish()
  }

  @Test(arguments: Toy.allCases) func refusesEveryWrongType(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    for path in toy.json.paths {
      guard let old = toy.json.value(at: path) else { continue }
      let others: [JSONValue] = [true, .null, 1, "0x1p0", [], [:]]
      for other in others where other.typeName != old.typeName && !mayReplace(old, by: other, path)
      {
        let document = toy.json.replacing(path, with: other)
        #expect(try both.rule(of: document, toy.subject) == .syntax, "\(path) = \(other)")
      }
    }
    try both.finish()
  }

  /// A null stands for a member, a pruning or a ball that is not there; that is for the rules.
  private func mayReplace(_ old: JSONValue, by new: JSONValue, _ path: JSONPath) -> Bool {
    let nullable: Set<JSONPath> = [
      ["member"], ["boxes"], ["regions"], ["pruning"], ["domain", "ball"], ["pruning", "argmax"],
      ["pruning", "floatDifference"],
    ]
    let other: JSONValue = path.last == "floatDifference" ? [] : 1
    return nullable.contains(path) && (new == .null || old == .null && new == other)
  }

  @Test(arguments: Toy.allCases) func refusesEveryUnknownMember(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    for path in toy.json.paths {
      guard case .object = toy.json.value(at: path) else { continue }
      let document = toy.json.replacing(path + ["comment"], with: "")
      #expect(try both.rule(of: document, toy.subject) == .syntax, "\(path)")
    }
    try both.finish()
  }

  @Test(arguments: Toy.allCases) func refusesEveryLongerTuple(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    for path in toy.json.paths {
      // Units, multipliers and terms are arrays of fixed length that start with an index.
      guard case .array(let parts) = toy.json.value(at: path), case .number = parts.first,
        !["units", "rows"].contains(path.last), !path.contains("counts")
      else { continue }
      for wrong in [parts + [0], Array(parts.dropLast())] {
        let document = toy.json.replacing(path, with: .array(wrong))
        #expect(try both.rule(of: document, toy.subject) == .syntax, "\(path)")
      }
    }
    try both.finish()
  }

  @Test(arguments: Toy.allCases) func refusesEveryOtherSpellingOfANumber(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    let values = ["", "1", "0x0p0", "0x1p00", "0x1p-0", "+0x1p0", "0X1p0", "0x1P0", "0x2p0", " 0"]
    let counts = ["-1", "-0", "1.0", "1e0", "9223372036854775808"]
    for path in toy.json.paths {
      switch toy.json.value(at: path) {
      case .string(let text) where Dyadic(canonical: text) != nil:
        for value in values {
          let document = toy.json.replacing(path, with: .string(value))
          #expect(try both.rule(of: document, toy.subject) == .syntax, "\(path) = \(value)")
        }
      case .number:
        for count in counts {
          let document = toy.json.replacing(path, with: .number(count))
          #expect(try both.rule(of: document, toy.subject) == .syntax, "\(path) = \(count)")
        }
      default: continue
      }
    }
    try both.finish()
  }

  @Test func refusesEveryWrongValue() throws {
    let both = BothCheckers("CertificateDecoderTests")
    try both.expect(Self.wrongValues)
    try both.finish()
  }

  @Test(arguments: Toy.allCases) func acceptsMembersInAnyOrder(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    #expect(try both.rule(of: reversed(toy.json), toy.subject) == nil)
    try both.finish()
  }

  @Test(arguments: Toy.allCases) func refusesTextsThatAreNotOneDocument(toy: Toy) throws {
    let both = BothCheckers("CertificateDecoderTests, \(toy)")
    let bytes = toy.certificate.encoded
    #expect(try both.rule(of: [0xEF, 0xBB, 0xBF] + bytes, toy.subject) == .syntax)
    #expect(try both.rule(of: bytes + bytes, toy.subject) == .syntax)
    #expect(try both.rule(of: bytes + [UInt8(ascii: "x")], toy.subject) == .syntax)
    #expect(try both.rule(of: [UInt8](), toy.subject) == .syntax)
    #expect(try both.rule(of: [0x20] + bytes + [0x0A], toy.subject) == nil)
    for count in stride(from: 0, to: bytes.count - 1, by: 7) {
      #expect(try both.rule(of: Array(bytes.prefix(count)), toy.subject) == .syntax)
    }
    try both.finish()
  }

  private func reversed(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(members.reversed().map { JSONMember(key: $0.key, value: reversed($0.value)) })
    case .array(let elements): .array(elements.map(reversed))
    case .null, .bool, .number, .string: value
    }
  }

  static let wrongValues = [
    RuleCase(.hinge, .syntax, ("format", "espalier")),
    RuleCase(.hinge, .syntax, ("format", "Espalier-certificate")),
    RuleCase(.hinge, .syntax, ("version", 0)),
    RuleCase(.hinge, .syntax, ("version", .integer(Certificate.version + 1))),
    RuleCase(.hinge, .syntax, ("version", 1)),
    RuleCase(.hinge, .syntax, ("version", 2)),
    RuleCase(.hinge, .syntax, ("model.network", .string(String(repeating: "A", count: 64)))),
    RuleCase(.hinge, .syntax, ("model.network", .string(String(repeating: "a", count: 63)))),
    RuleCase(.hinge, .syntax, ("model.network", .string(String(repeating: "é", count: 32)))),
    RuleCase(.hinge, .syntax, ("model.files.0.sha256", "")),
    RuleCase(.hinge, .syntax, ("pruning.result.network", "0")),
    RuleCase(.hinge, .syntax, ("pruning.result.file.sha256", "0")),
    // Domains: no inputs, crossed ends, lists that do not fit, numbers beyond binary64.
    RuleCase(.hinge, .syntax, ("domain.lower", []), ("domain.upper", [])),
    RuleCase(.hinge, .syntax, ("domain.lower.0", "0x3p0")),
    RuleCase(.hinge, .syntax, ("domain.lower", ["0", "0"])),
    RuleCase(.hinge, .syntax, ("domain.upper.0", "0x1p1024")),
    RuleCase(.hinge, .syntax, ("domain.upper.0", "0x20000000000001p0")),
    RuleCase(.hinge, .syntax, ("domain.lower.0", "-0x1p-1075")),
    RuleCase(.folded, .syntax, ("domain.rows.0.terms.0.0", 1)),
    RuleCase(.folded, .syntax, ("domain.rows.0.terms.0.0", .integer(1 << 53))),
    RuleCase(.folded, .syntax, ("domain.rows.0.terms", [[0, "0x1p0"], [0, "0x1p0"]])),
    RuleCase(.folded, .syntax, ("domain.rows.0.bound", "0x1p2000")),
    RuleCase(.folded, .syntax, ("domain.ball.center", [])),
    RuleCase(.folded, .syntax, ("domain.ball.center", ["0", "0"])),
    RuleCase(.folded, .syntax, ("domain.ball.radius", "-0x1p0")),
    RuleCase(.folded, .syntax, ("domain.ball.radius", "0x1p1024")),
    // Steps and nodes that are two things at once, or a lemma with a claim.
    RuleCase(.hinge, .syntax, ("steps.0.side", "Upper")),
    RuleCase(.hinge, .syntax, ("steps.0.leaf.m", "0x1p0")),
    RuleCase(.hinge, .syntax, ("steps.0.leaf.m", "0")),
    RuleCase(.hinge, .syntax, ("steps.0.bound", "0")),
    RuleCase(.hinge, .syntax, ("steps.1.leaf", ["nu": []])),
    RuleCase(.hinge, .syntax, ("steps.1.tree.0.leaf", ["nu": []])),
    RuleCase(.hinge, .syntax, ("steps.1.tree.1.split", [0, 1])),
    // Verdicts with members that do not belong to them.
    RuleCase(.hinge, .syntax, ("verdicts.0.stability", "stable")),
    RuleCase(.hinge, .syntax, ("verdicts.0.stability", "stably-active")),
    RuleCase(.hinge, .syntax, ("verdicts.0.stability", "undecided")),
    RuleCase(.hinge, .syntax, ("verdicts.0.constant", "0")),
    RuleCase(.hinge, .syntax, ("verdicts.0.limit", "time")),
    RuleCase(.hinge, .syntax, ("verdicts.0.lower", "0x1p1")),
    RuleCase(.hinge, .syntax, ("verdicts.2.stability", "unstable")),
    RuleCase(.hinge, .syntax, ("verdicts.2.positive", 0)),
    RuleCase(.hinge, .syntax, ("verdicts.2.negative", 0)),
    RuleCase(.hinge, .syntax, ("verdicts.2.limit", "time")),
    RuleCase(.branches, .syntax, ("verdicts.1.constant", "0")),
    RuleCase(.branches, .syntax, ("verdicts.1.stability", "stably-inactive")),
    // Rewrites that do not exist or have members of others.
    RuleCase(.hinge, .syntax, ("pruning.rewrites.0.rule", "remove")),
    RuleCase(.hinge, .syntax, ("pruning.rewrites.0.rule", "fold-layer")),
    RuleCase(.folded, .syntax, ("pruning.rewrites.0.rule", "fold-constant")),
    RuleCase(.folded, .syntax, ("pruning.rewrites.0.unit", [0, 0])),
  ]
}
