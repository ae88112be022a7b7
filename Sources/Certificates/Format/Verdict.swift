public import ExactArithmetic
public import NeuralNetwork

/// What a unit does on the whole input domain.
public enum Stability: String, Hashable, Sendable, CaseIterable {
  /// The pre-activation is never positive: the output is always 0.
  case stablyInactive = "stably-inactive"
  /// The pre-activation is never negative: the unit is affine.
  case stablyActive = "stably-active"
  /// The pre-activation takes both signs.
  case unstable
  /// A limit was met before the unit was decided.
  case undecided
}

/// The verdict on one unit with what proves it.
public struct Verdict: Hashable, Sendable {
  /// The unit.
  public let unit: UnitID
  /// What it does.
  public let stability: Stability
  /// Proved bounds of its pre-activation.
  public let bounds: Interval
  /// The stage that settled it; not checked.
  public let settledBy: String
  /// The one value that the pre-activation takes, where that is proved.
  public let constant: Dyadic?
  /// The index of a point with a positive pre-activation.
  public let positive: Int?
  /// The index of a point with a negative pre-activation.
  public let negative: Int?
  /// What ended the search, for an undecided unit; not checked.
  public let limit: String?
  /// True if a runtime that rounds is proved to see the same sign.
  public let floatSafe: Bool

  /// A verdict from its parts.
  public init(
    unit: UnitID, stability: Stability, bounds: Interval, settledBy: String,
    constant: Dyadic? = nil, positive: Int? = nil, negative: Int? = nil, limit: String? = nil,
    floatSafe: Bool = false
  ) {
    self.unit = unit
    self.stability = stability
    self.bounds = bounds
    self.settledBy = settledBy
    self.constant = constant
    self.positive = positive
    self.negative = negative
    self.limit = limit
    self.floatSafe = floatSafe
  }
}
