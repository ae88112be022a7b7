internal import Certificates
internal import ExactArithmetic
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
      let boxes = summary.boxCount > 0 ? "\(summary.boxCount) boxes, " : ""
      let pruning = summary.pruning.map(Self.line) ?? ""
      let line =
        "accepted: \(verdicts); \(summary.floatSafeCount) float-safe; \(boxes)\(summary.stepCount) steps, "
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
        ("floatSafe", .integer(summary.floatSafeCount)),
        ("boxes", .integer(summary.boxCount)), ("steps", .integer(summary.stepCount)),
        ("leaves", .integer(summary.leafCount)),
        ("points", .integer(summary.pointCount)),
        (
          "regions",
          summary.regionTotals.map { .array($0.map(JSONValue.string)) } ?? .null
        ),
        ("rewrites", .integer(summary.pruning?.rewriteCount ?? 0)),
        ("difference", Self.number(summary.pruning?.difference)),
        ("floatDifference", Self.number(summary.pruning?.floatDifference)),
        ("class", summary.pruning?.outputClass.map(JSONValue.integer) ?? .null),
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

  private static func line(_ pruning: PruningSummary) -> String {
    let runtimes = pruning.floatDifference.map { ", in runtimes \($0.shortUpperBound)" } ?? ""
    let answer = pruning.outputClass.map { "; both answer class \($0)" } ?? ""
    return "; \(pruning.rewriteCount) rewrites; outputs differ by at most "
      + "\(pruning.difference.shortUpperBound)\(runtimes)\(answer)"
  }

  private static func number(_ value: Dyadic?) -> JSONValue {
    value.map { .string($0.description) } ?? .null
  }

  private static func counts(_ summary: CheckSummary) -> [(String, Int)] {
    Stability.allCases.map { ($0.rawValue, summary.verdictCounts[$0] ?? 0) }
  }
}

extension Dyadic {
  /// Three digits of the number, rounded up.
  fileprivate var shortUpperBound: String {
    if isZero { return "0" }
    var exponent = 0
    var mantissa = approximation
    guard mantissa.isFinite else { return "inf" }
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    // A hair more than the divisions can have lost.
    let digits = (mantissa * 100 * (1 + 1e-10)).rounded(.up)
    return "\(digits / 100)e\(exponent)"
  }
}
