/// The rules of `docs/certificate-format.md`, section 11: what a certificate can be rejected for.
public enum CheckRule: String, Hashable, Sendable, CaseIterable {
  case lines, syntax, limits
  case modelDigest = "model-digest"
  case networkDigest = "network-digest"
  case domain, point, member
  case stepOrder = "step-order"
  case stepTarget = "step-target"
  case boxes, multiplier, split
  case treeShape = "tree-shape"
  case leafBound = "leaf-bound"
  case boundsCross = "bounds-cross"
  case verdictCoverage = "verdict-coverage"
  case verdictBound = "verdict-bound"
  case verdictWitness = "verdict-witness"
  case constant
  case floatSafe = "float-safe"
  case regionLayers = "region-layers"
  case regionUnit = "region-unit"
  case regionEmpty = "region-empty"
  case regionZero = "region-zero"
  case regionPoint = "region-point"
  case regionShape = "region-shape"
  case regionCount = "region-count"
  case rewrite, kept
  case resultNetwork = "result-network"
  case resultDigest = "result-digest"
  case difference
  case floatDifference = "float-difference"
  case argmax
}

/// Why a certificate does not hold.
public struct CheckFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule that is broken.
  public let rule: CheckRule
  /// Where, as a path such as `$.steps[3].tree[5]`.
  public let place: String
  /// What the rule asks for.
  public let expected: String
  /// What stands there.
  public let found: String

  /// A failure from its parts.
  public init(_ rule: CheckRule, at place: String, expected: String, found: String) {
    self.rule = rule
    self.place = place
    self.expected = expected
    self.found = found
  }

  /// One line of bounded length that cannot write to a terminal, whatever the certificate names.
  public var description: String {
    let parts = [place, expected, found].map(Self.printable)
    return "\(rule.rawValue) at \(parts[0]): expected \(parts[1]), found \(parts[2])"
  }

  /// The longest part of a message, in characters.
  private static let shownLength = 512

  /// `text` shortened, with control, format and unassigned characters spelled as `\u{…}`.
  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(shownLength) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.count > shownLength ? result + "…" : result
  }
}
