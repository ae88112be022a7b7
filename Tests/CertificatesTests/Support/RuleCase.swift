import Certificates
import StrictJSON
import Testing

/// A change of an accepted certificate, and the rule that it breaks.
struct RuleCase: Sendable, CustomStringConvertible {
  let toy: Toy
  /// Places, written with points, and what stands there instead; nil removes.
  let edits: [(path: String, value: JSONValue?)]
  /// The broken rule; nil if the certificate still holds.
  let rule: CheckRule?

  init(_ toy: Toy, _ rule: CheckRule?, _ edits: (String, JSONValue?)...) {
    self.toy = toy
    self.rule = rule
    self.edits = edits.map { (path: $0.0, value: $0.1) }
  }

  var document: JSONValue {
    edits.reduce(toy.json) { $0.replacing($1.path, with: $1.value) }
  }

  var description: String {
    let changes = edits.map { "\($0.path) = \($0.value.map(JSONWriter.line) ?? "nothing")" }
    return "\(toy) \(rule?.rawValue ?? "accepted"): \(changes.joined(separator: ", "))"
  }
}

extension BothCheckers {
  /// Expects that the first checker names the rule of each row, and nothing where there is none.
  func expect(_ rows: [RuleCase]) throws {
    for row in rows {
      let rule = try rule(of: row.document, row.toy.subject, "\(row)")
      #expect(rule == row.rule, "\(row)")
    }
  }
}

/// JSON written as Swift literals, for tables.
extension JSONValue: ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByBooleanLiteral
{
  init(stringLiteral text: String) { self = .string(text) }
  init(integerLiteral number: Int) { self = .integer(number) }
  init(booleanLiteral flag: Bool) { self = .bool(flag) }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(members.map { JSONMember(key: $0.0, value: $0.1) })
  }
}
