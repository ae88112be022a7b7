internal import Certificates
internal import StrictJSON

/// What the checker says about a certificate.
enum CheckVerdict {
  /// It holds.
  case accepted(CheckSummary)
  /// It does not, for this reason.
  case rejected(CheckFailure)

  /// One line for people.
  var line: [UInt8] {
    switch self {
    case .rejected(let failure): return Array("rejected: \(failure)\n".utf8)
    case .accepted(let summary):
      let verdicts = Self.counts(summary).map { "\($0.1) \($0.0)" }.joined(separator: ", ")
      let regions =
        summary.regionTotals.map { "; regions after each layer: \($0.joined(separator: ", "))" }
        ?? ""
      let pruning = summary.rewriteCount.map { "; \($0) rewrites" } ?? ""
      let line =
        "accepted: \(verdicts); \(summary.floatSafeCount) float-safe; \(summary.stepCount) steps, "
        + "\(summary.leafCount) leaves, \(summary.pointCount) points\(regions)\(pruning)\n"
      return Array(line.utf8)
    }
  }

  /// A document for programs.
  var json: [UInt8] {
    let members: [(String, JSONValue)]
    switch self {
    case .accepted(let summary):
      let verdicts = Self.counts(summary)
        .map { JSONMember(key: $0.0, value: .integer($0.1)) }
      members = [
        ("accepted", .bool(true)), ("verdicts", .object(verdicts)),
        ("floatSafe", .integer(summary.floatSafeCount)), ("steps", .integer(summary.stepCount)),
        ("leaves", .integer(summary.leafCount)),
        ("points", .integer(summary.pointCount)),
        (
          "regions",
          summary.regionTotals.map { .array($0.map(JSONValue.string)) } ?? .null
        ),
        ("rewrites", .integer(summary.rewriteCount ?? 0)),
      ]
    case .rejected(let failure):
      members = [
        ("accepted", .bool(false)), ("rule", .string(failure.rule.rawValue)),
        ("place", .string(failure.place)), ("expected", .string(failure.expected)),
        ("found", .string(failure.found)),
      ]
    }
    let head = JSONMember(key: "format", value: .string("espalier-check/1"))
    return JSONWriter.write(.object([head] + members.map { JSONMember(key: $0.0, value: $0.1) }))
  }

  private static func counts(_ summary: CheckSummary) -> [(String, Int)] {
    Stability.allCases.map { ($0.rawValue, summary.verdictCounts[$0] ?? 0) }
  }
}
