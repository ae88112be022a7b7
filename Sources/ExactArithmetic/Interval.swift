/// A closed interval of the real line with exact ends.
public struct Interval: Hashable, Sendable {
  /// The lower end.
  public let lower: Dyadic
  /// The upper end, at least `lower`.
  public let upper: Dyadic

  /// The interval from `lower` to `upper`.
  ///
  /// - Precondition: `lower <= upper`.
  public init(_ lower: Dyadic, _ upper: Dyadic) {
    precondition(lower <= upper, "an interval from \(lower) to \(upper) is empty")
    self.lower = lower
    self.upper = upper
  }

  /// The one-point interval.
  public init(_ point: Dyadic) {
    lower = point
    upper = point
  }

  /// True if both ends are the same.
  public var isPoint: Bool { lower == upper }

  /// The common part of two intervals, or nil if they do not meet.
  public func intersection(_ other: Interval) -> Interval? {
    let low = max(lower, other.lower)
    let high = min(upper, other.upper)
    return low <= high ? Interval(low, high) : nil
  }

  /// The largest absolute value of a member.
  public var magnitude: Dyadic { max(lower.magnitude, upper.magnitude) }
}
