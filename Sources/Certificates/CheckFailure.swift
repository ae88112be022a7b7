/// The rules of `docs/certificate-format.md`, section 11: what a certificate can be rejected for.
public enum CheckRule: String, Hashable, Sendable, CaseIterable {
  case lines, syntax, limits
  case modelDigest = "model-digest"
  case networkDigest = "network-digest"
  case domain, point, member
  case stepOrder = "step-order"
  case stepTarget = "step-target"
  case multiplier, split
  case treeShape = "tree-shape"
  case leafBound = "leaf-bound"
  case boundsCross = "bounds-cross"
  case verdictCoverage = "verdict-coverage"
  case verdictBound = "verdict-bound"
  case verdictWitness = "verdict-witness"
  case constant
  case floatSafe = "float-safe"
  case rewrite, kept
  case resultNetwork = "result-network"
  case resultDigest = "result-digest"
  case difference
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

  public var description: String {
    "\(rule.rawValue) at \(place): expected \(expected), found \(found)"
  }
}
