/// Why parts do not make an input domain.
public enum DomainError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The box has no inputs.
  case noInputs
  /// Two lists that belong together differ in length.
  case lengthMismatch(expected: Int, found: Int)
  /// An input has no finite bound.
  case unbounded(input: Int, lower: Double, upper: Double)
  /// An input has a lower bound above its upper bound.
  case empty(input: Int, lower: Double, upper: Double)
  /// A linear row is not usable.
  case badRow(Int, reason: String)
  /// The L1 ball has a center or radius that is not finite, or a negative radius.
  case badBall(radius: Double)

  public var description: String {
    switch self {
    case .noInputs: "the domain has no inputs"
    case .lengthMismatch(let expected, let found):
      "the domain has parts for \(expected) and for \(found) inputs; they must agree"
    case .unbounded(let i, let low, let high):
      "input \(i): expected two finite bounds, found \(low) and \(high)"
    case .empty(let i, let low, let high):
      "the domain is empty: input \(i) must be at least \(low) and at most \(high)"
    case .badRow(let i, let reason): "row \(i) of the domain: \(reason)"
    case .badBall(let radius):
      "the L1 ball needs a finite center and a finite radius from 0 on, found radius \(radius)"
    }
  }
}
